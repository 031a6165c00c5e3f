#!/usr/bin/env python3
"""Runs verify.py on Tests/Vectors: python3 vectors.py [DIRECTORY]"""
import pathlib, re, sys
import verify as v


def ecdsa(folder):
    for line in (folder / "ecdsa/signatures.txt").read_text().splitlines()[1:]:
        algorithm, key, message, signature, outcome, about = line.split(" ", 5)
        key, signature = bytes.fromhex(key), bytes.fromhex("" if signature == "-" else signature)
        half, curve = len(key) // 2, 1 if algorithm == "ES256" else 2
        whole = {1: 2, -1: curve, -2: key[1:1 + half], -3: key[1 + half:]}
        found = len(signature) == 2 * half and v.verify_bare(whole, bytes.fromhex("" if message == "-" else message), signature)
        yield f"ecdsa: {about}", outcome, "valid" if found else "false"


def points(folder):
    for line in (folder / "ed25519/points.txt").read_text().splitlines():
        if not line.startswith("#"):
            y, expected = line.split()
            y = int.from_bytes(bytes.fromhex(y), "little") & (2**255 - 1)
            yield f"ed25519: {y}", expected, "on" if v.on_edwards(y % v.P) else "off"


def card(data):
    v.refuse(len(data) > v.RECORD_BYTES, "too-long")
    decoder = v.Decoder(data)
    header = decoder.value()
    v.refuse(type(header) is not list, "wrong-type")
    v.refuse(len(header) != 2, "wrong-kind")
    v.refuse([type(h) for h in header] != [str, int], "wrong-type")
    v.refuse(header[0] != "syngraph/card/1", "wrong-kind")
    v.refuse(header[1] > 128, "too-many")
    envelopes = []
    for _ in range(header[1]):
        start = decoder.at
        decoder.value()
        envelopes.append(v.Envelope(data[start:decoder.at], "card"))
    v.refuse(decoder.at < len(data), "trailing-bytes")
    v.refuse(not envelopes, "empty-list")
    shape = v.record({"type": v.kind_is("syngraph/card/1"), "party": v.identifier, "record": v.PARTY})
    record = shape(v.decode(envelopes[0].payload)).record
    keys = sorted(record.all_keys, key=v.sha256)
    v.refuse(len(keys) != len(envelopes) or any(e.payload != envelopes[0].payload or not e.is_by(k)
                                                for e, k in zip(envelopes, keys)), "bad-signature-envelope")


def judge(format, data, told):
    if format == "signature":
        return "valid" if v.Envelope(data, told["kind"]).is_by(bytes.fromhex(told["key"])) else "false-signature"
    if format in ("bundle", "evidence", "provision"):
        roadmap = None if told["roadmap"] == "none" else told["roadmap"]
        try:
            said = v.verify([data], roadmap)
        except v.NotABundle:
            return "not-a-bundle"
        if said["verdict"] == "invalid":
            place = said["refusal"]["record"]
            return said["refusal"]["code"] + (f" at {place}" if str("none" if place is None else place) != told["record"] else "")
        return said["accusations"][0]["reason"] if format == "evidence" else said["verdict"]
    shapes = {"party-record": v.PARTY, "rule": v.expression, "instrument": v.INSTRUMENT, "seal": v.SEAL,
              "key-statement": v.KEY_STATEMENT, "withdrawal": v.WITHDRAWAL, "state-certificate": v.CERTIFICATE,
              "accusation": v.ACCUSATION, "proof": v.PROOF}
    readers = {"encoding": v.decode, "key": v.check_key, "card": card}
    reader = readers.get(format) or format in shapes and (lambda data: v.read(shapes[format], data))
    if not reader:
        return "skipped"
    reader(data)
    return "valid"


def vectors(folder):
    for path in sorted(folder.glob("*/*.vector")):
        head, _, body = path.read_text().partition("\n\n")
        told = dict(line.split(": ", 1) for line in head.splitlines())
        data = bytes.fromhex(body)
        if "then" in told:
            data += bytes(int(told["then"].split()[0]))
        try:
            found = judge(told["format"], data, told)
        except v.Fault as fault:
            found = fault.code
        yield f"{path.parent.name}/{path.stem}", told["expect"], found


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "Tests/Vectors")
    agree = differ = skipped = 0
    for name, expected, found in [*vectors(folder), *ecdsa(folder), *points(folder)]:
        if found == "skipped":
            skipped += 1
        elif expected == found:
            agree += 1
        else:
            differ += 1
            print(f"{name}: expected {expected}, found {found}")
    print(f"{agree} agree, {differ} differ, {skipped} skipped")
    sys.exit(1 if differ else 0)

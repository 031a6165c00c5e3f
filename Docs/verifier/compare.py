#!/usr/bin/env python3
"""Compares what two verifiers say: python3 compare.py SYNGRAPH FOLDER

FOLDER has `7.syngraph`, `7a.syngraph` and `7b.syngraph` for each seed. Of each history both are asked about the whole, a
part, two parts together, both parts with one byte changed, the whole with two records exchanged, a proof beside a part,
and the evidence in it, if any. Sentences for people are not compared."""
import json, pathlib, random, subprocess, sys, tempfile

import verify as v

DAY = "2026-03-01"


def without_sentences(said):
    if "error" in said:
        return said
    for instrument in said["instruments"]:
        instrument["illFormed"] = bool(instrument["illFormed"])
    if said["refusal"]:
        said["refusal"].pop("message")
    return said


def theirs(program, files, *options):
    run = subprocess.run([program, "verify", *files, "--json", *options], capture_output=True, stdin=subprocess.DEVNULL)
    return without_sentences(json.loads(run.stdout))


def ours(files, day=None):
    contents = [pathlib.Path(file).read_bytes() for file in files]
    return without_sentences(json.loads(json.dumps(v.verify(contents, day=day, names=files))))


def changed(file, seed, scratch):
    """A copy of a file with one byte changed, anywhere."""
    dice, data = random.Random(seed), bytearray(pathlib.Path(file).read_bytes())
    data[dice.randrange(len(data))] ^= dice.randrange(1, 256)
    copy = pathlib.Path(scratch, f"changed-{pathlib.Path(file).name}")
    copy.write_bytes(data)
    return str(copy)


def exchanged(file, seed, scratch):
    """A copy of a file with two of its records exchanged, and the footer as it must be then."""
    dice, data = random.Random(seed), pathlib.Path(file).read_bytes()
    bundle = v.File(data)
    start = bundle.decoder.at
    records = list(bundle.items())
    one, other = (dice.randrange(len(records)) for _ in "ab")
    records[one], records[other] = records[other], records[one]
    body = data[:start] + b"".join(
        bytes([0x82, kind]) + v.encode_list([record])[1:] for kind, record in records)
    count = len(records)
    head = bytes([count] if count < 24 else [0x18, count] if count < 256 else [0x19, *count.to_bytes(2, "big")])
    copy = pathlib.Path(scratch, f"exchanged-{pathlib.Path(file).name}")
    copy.write_bytes(body + b"\x83\x63end" + head + b"\x58\x20" + v.sha256(body))
    return str(copy)


def proof(program, whole, seed, scratch):
    """The proof of a provision of a bundle, and which; None where nothing is in force."""
    shown = subprocess.run([program, "show", "--in", whole, "--json"], capture_output=True)
    found = json.loads(shown.stdout).get("provisions", []) if shown.returncode == 0 else []
    if not found:
        return None
    provision, file = found[seed % len(found)]["id"], f"{scratch}/proof.syngraph"
    subprocess.run([program, "prove", provision, "--from", whole, "--out", file], capture_output=True, check=True)
    return provision, file


def evidence(program, whole, scratch):
    """The first few files of evidence that there are in a bundle."""
    folder = tempfile.mkdtemp(dir=scratch)
    subprocess.run([program, "export", "--evidence", folder, "--from", whole], capture_output=True, check=True)
    return [str(file) for file in sorted(pathlib.Path(folder).glob("*.syngraph"))[:3]]


def cases(folder, scratch, program):
    for file in sorted(pathlib.Path(folder).glob("*[0-9].syngraph"), key=lambda p: int(p.stem)):
        name, seed, whole = file.stem, int(file.stem), str(file)
        a, b = (str(file.with_name(f"{name}{letter}.syngraph")) for letter in "ab")
        yield name, [whole], None
        yield name + "a", [a], None
        yield name + "a and b", [a, b], DAY if seed % 5 == 0 else None
        yield name + "a and b, changed", [changed(a, seed, scratch), changed(b, seed, scratch)], None
        yield name + ", exchanged", [exchanged(whole, seed, scratch)], None
        if shown := proof(program, whole, seed, scratch):
            yield f"{name}, {shown[0]}", [shown[1], a], None
            yield f"{name}, {shown[0]}, changed", [changed(shown[1], seed, scratch)], None
            yield f"{name}, {shown[0]}, exchanged", [exchanged(shown[1], seed, scratch)], None
        if theirs(program, [whole])["evidence"]:
            files = evidence(program, whole, scratch)
            if len(files) > 1:
                yield f"{name}, its evidence together", files, None
            for accused in files:
                yield f"{name}, {pathlib.Path(accused).name}", [accused], None
                yield f"{name}, {pathlib.Path(accused).name}, with a", [accused, a], None
                yield f"{name}, {pathlib.Path(accused).name}, exchanged", [exchanged(accused, seed, scratch)], None


def main(program, folder):
    sys.setrecursionlimit(10_000)
    same, different = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        for name, files, day in cases(folder, scratch, program):
            try:
                one, other = theirs(program, files, *(["--as-of", day] if day else [])), ours(files, day)
            except v.NotABundle:                                    # a changed byte may be of the header
                other = {"error": "not-a-bundle"}
                one = {"error": theirs(program, files).get("error")}
            if one == other:
                same += 1
                continue
            fields = [field for field in one if one[field] != other.get(field)]
            different.append(name)
            print(f"{name}: {', '.join(fields) or 'fields'} differ")
    print(f"{same} the same, {len(different)} different")
    return 1 if different or not same else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))

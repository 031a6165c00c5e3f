#!/usr/bin/env python3
"""Compares what two verifiers say: python3 compare.py SYNGRAPH FOLDER

FOLDER has `7.syngraph`, `7a.syngraph` and `7b.syngraph` for each seed. Sentences for people are not compared."""
import json, pathlib, subprocess, sys, tempfile

import verify as v

DAY = "2026-03-01"


def without_sentences(said):
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


def cases(folder, scratch, program):
    for whole in sorted(pathlib.Path(folder).glob("*[0-9].syngraph"), key=lambda p: int(p.stem)):
        a, b = (str(whole.with_name(f"{whole.stem}{letter}.syngraph")) for letter in "ab")
        yield whole.stem, [str(whole)], None
        yield whole.stem + "a", [a], None
        yield whole.stem + "a and b", [a, b], DAY if int(whole.stem) % 5 == 0 else None
        provisions = subprocess.run([program, "show", "--in", str(whole), "--json"], capture_output=True)
        found = json.loads(provisions.stdout).get("provisions", []) if provisions.returncode == 0 else []
        if found:
            proof, shown = f"{scratch}/proof.syngraph", found[int(whole.stem) % len(found)]["id"]
            subprocess.run([program, "prove", shown, "--from", str(whole), "--out", proof], capture_output=True, check=True)
            yield f"{whole.stem}, {shown}", [proof, a], None


def main(program, folder):
    same, different = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        for name, files, day in cases(folder, scratch, program):
            one, other = theirs(program, files, *(["--as-of", day] if day else [])), ours(files, day)
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

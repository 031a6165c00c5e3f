"""Validates what nodes said against Docs/Specification/syngraph.cddl with zcbor 0.8.1, which is not ours.

python3 messages.py CDDL FILE: each line of the file is a type and its bytes in hexadecimal. Says how many of each type, and
for messages of each number, were as described, and then, a line each, what was not."""
import collections, contextlib, io, pathlib, sys

import cbor2
from zcbor import CddlValidationError, DataTranslator

types = DataTranslator.from_cddl(pathlib.Path(sys.argv[1]).read_text(), 1_000_000).my_types
held, wrong = collections.Counter(), []
for line in sorted(set(pathlib.Path(sys.argv[2]).read_text().splitlines())):
    kind, data = line.split(" ")
    data = bytes.fromhex(data)
    try:
        with contextlib.redirect_stdout(io.StringIO()):   # it prints what it tried
            types[kind].validate_str(data)
        held[f"{kind} {cbor2.loads(data)[0]}" if kind == "message" else kind] += 1
    except CddlValidationError:
        wrong.append(f"{data[:40].hex()}… is no {kind}")
for kind, count in sorted(held.items()):
    print(kind, count)
for line in wrong:
    print("wrong:", line)

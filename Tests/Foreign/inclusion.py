"""Asks two implementations of RFC 9162 that are not ours whether a leaf is under a root.

python3 inclusion.py LEAF PLACE COUNT ROOT [NODE…]: hexadecimal, the path from the sibling upwards, as `verify --json` prints
them. Says `yes` or `no` for each of scitt-cose and pymerkle."""
import sys

leaf, place, count, root, *path = sys.argv[1:]
place, count = int(place), int(count)

import scitt_cose

print("yes" if scitt_cose.verify_inclusion(leaf, place, count, path, root) else "no")

from pymerkle import InclusionProof, InvalidProof
from pymerkle.core import _inclusion_path_layout
from pymerkle.hasher import MerkleHasher

base = MerkleHasher("sha256", True).hash_buff(bytes.fromhex(leaf))
rule, _ = _inclusion_path_layout(place + 1, count)
try:
    proof = InclusionProof("sha256", True, count, place + 1, rule, [base] + [bytes.fromhex(node) for node in path])
    proof.verify(base, bytes.fromhex(root), index=place + 1, size=count)
    print("yes")
except InvalidProof:
    print("no")

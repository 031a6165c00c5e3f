"""Asks pycose, which is not ours, whether a signed statement is by a key.

python3 statement.py STATEMENT KEY: files of a COSE_Sign1 and of an encoded COSE_Key. Says `yes` or `no`, and the `typ`.
pycose 1.1.0 reads with cbor2 before version 6."""
import sys

import cbor2
from pycose.keys import CoseKey
from pycose.messages import CoseMessage

with open(sys.argv[1], "rb") as file:
    statement = file.read()
message = CoseMessage.decode(statement)
with open(sys.argv[2], "rb") as file:
    message.key = CoseKey.decode(file.read())
print("yes" if message.verify_signature() else "no")
print(cbor2.loads(cbor2.loads(statement).value[0])[16])

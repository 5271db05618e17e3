#!/usr/bin/env python3
"""Makes evidence.json, root.pem and card.hex: a report in NVIDIA's format, the certificates of the card that signed it, and its
key, under keys of our own, by another implementation of all of it than the one under test. Needs the package cryptography from PyPI."""

import datetime
import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
NONCE = bytes(range(32))
# DICE's composite device identity: the device that the firmware runs on, and what the firmware is.
DEVICE_ID = x509.ObjectIdentifier("2.23.133.5.4.1")
# From the highest to the lowest, as on NVIDIA's cards.
NAMES = ["Root", "Identity", "Provisioner", "Card", "Firmware"]


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Millpond test {text}")])


def sequence(content):
    """In DER: a length from 128 on takes a byte more."""
    length = [len(content)] if len(content) < 128 else [0x81, len(content)]
    return bytes([0x30, *length]) + content


def device_id(device):
    info = device.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    firmware = sequence(bytes.fromhex("0609608648016503040202") + b"\x04\x30" + b"\x07" * 48)
    return sequence(b"\x02\x01\x01" + info + firmware)


def certificate(subject, key, issuer, issuer_key, is_authority):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2024, 1, 1))
        .not_valid_after(datetime.datetime(9999, 12, 31, 23, 59, 59))
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                key_cert_sign=is_authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if is_authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    else:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(DEVICE_ID, device_id(issuer_key)), critical=False
        )
    made = builder.sign(issuer_key, hashes.SHA384())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def report(key):
    request = bytes([0x11, 0xE0, 0x01, 0xFF]) + NONCE + b"\x00"
    blocks = b"".join(bytes([index, 1, 51, 0, 1, 48, 0]) + bytes([index]) * 48 for index in range(1, 65))
    opaque = b"\x03\x00\x0a\x00535.104.0\x00"
    answer = bytes([0x11, 0x60, 0x00, 0x00, 64]) + len(blocks).to_bytes(3, "little") + blocks
    answer += b"\xcd" * 32 + len(opaque).to_bytes(2, "little") + opaque
    signature = key.sign(request + answer, ec.ECDSA(hashes.SHA384()))
    halves = utils.decode_dss_signature(signature)
    return request + answer + b"".join(half.to_bytes(48, "big") for half in halves)


keys = {entry: ec.generate_private_key(ec.SECP384R1()) for entry in NAMES}
issuers = ["Root", *NAMES]
chain = [
    certificate(subject, keys[subject], issuer, keys[issuer], subject != "Firmware")
    for subject, issuer in zip(NAMES, issuers)
]
(HERE / "root.pem").write_text(chain[0])
evidence = {
    "nonce": "0x" + NONCE.hex(),
    "report": "0x" + report(keys["Firmware"]).hex(),
    "certificates": "".join(reversed(chain)),
}
(HERE / "evidence.json").write_text(json.dumps(evidence, indent=2) + "\n")
point = keys["Card"].public_key().public_bytes(
    serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
)
(HERE / "card.hex").write_text(point.hex() + "\n")

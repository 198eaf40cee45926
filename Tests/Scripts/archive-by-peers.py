#!/usr/bin/env python3
"""Checks an archive of `marginalia archive` by programs of others.

    Tests/Scripts/archive-by-peers.py [PROGRAM]      default: .build/release/marginalia

Needs `pip install roc-validator rocrate cryptography` and the command `openssl`. Makes a book, a pair of keys and an archive, and
checks: the ZIP file by Python's zipfile; every SHA-256 of the manifest by hashlib; the signature over DSSE's encoding by
the package `cryptography`; the crate against RO-Crate 1.1, Workflow RO-Crate, Process Run Crate and Workflow Run Crate by
roc-validator, with every requirement and recommendation, except those named in `ACCEPTED`. No network is needed: the
JSON-LD context is that of the package `rocrate`, with the addresses that its version 1.1 has for Bioschemas' terms.
"""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from cryptography.hazmat.primitives.serialization import load_pem_public_key
import rocrate
from rocrate_validator import models, services
from rocrate_validator.utils import document_loader

# Checks that a book cannot pass, with the reason.
ACCEPTED = {
    "ro-crate-1.1_3.1": "needs the network: retrieves the context",
    "ro-crate-1.1_3.2": "needs the network: retrieves the context",
    "ro-crate-1.1_22.3": "a book has no publisher",
    "ro-crate-1.1_31.2": "book.yml has no addresses of affiliations",
    "process-run-crate-0.5_3.2": "a book's files have no address of their own",
    "process-run-crate-0.5_5.1": "the instrument is a file of the archive",
    "process-run-crate-0.5_8.6": "who started the run is not recorded",
}

PROFILES = ["ro-crate-1.1", "workflow-ro-crate-1.0", "process-run-crate-0.5", "workflow-run-crate-0.5"]


def context(address):
    if not address.startswith("https://w3id.org/ro/crate/"):
        raise RuntimeError(f"another context than RO-Crate's: {address}")
    known = json.loads((pathlib.Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_text())
    terms = "https://bioschemas.org/"
    for name in ("ComputationalWorkflow", "FormalParameter"):
        known["@context"][name] = terms + name
    for name in ("input", "output"):
        known["@context"][name] = f"{terms}ComputationalWorkflow#{name}"
    return known


document_loader._fetch_json_ld = context
document_loader.install_document_loader()


def run(*words, **options):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **options)


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/marginalia")
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        private, public, archive = work / "private.pem", work / "public.pem", work / "report.crate.zip"
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", private)
        run("openssl", "pkey", "-in", private, "-pubout", "-out", public)
        run(program, "new", work / "book")
        run(program, "render", "--quiet", cwd=work / "book")
        run(program, "archive", "--key", private, "--output", archive, cwd=work / "book")
        run(program, "verify", "--archive", archive, "--key", public)

        with zipfile.ZipFile(archive) as file:
            assert file.testzip() is None
            names = file.namelist()
            assert all(entry.compress_type == zipfile.ZIP_STORED for entry in file.infolist())
            assert names == sorted(names) and len(set(names)) == len(names)
            envelope = json.loads(file.read("manifest.dsse.json"))
            payload = base64.b64decode(envelope["payload"])
            kind = envelope["payloadType"]
            message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
            key = load_pem_public_key(public.read_bytes())
            key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), message)
            statement = json.loads(payload)
            assert {subject["name"] for subject in statement["subject"]} == set(names) - {"manifest.dsse.json"}
            for subject in statement["subject"]:
                content = file.read(subject["name"])
                assert hashlib.sha256(content).hexdigest() == subject["digest"]["sha256"]
                assert len(content) == subject["annotations"]["size"]
            file.extractall(work / "crate")
        print(f"zipfile, hashlib and cryptography agree on {len(names)} files")

        failed = False
        for profile in PROFILES:
            result = services.validate(
                services.ValidationSettings(
                    rocrate_uri=str(work / "crate"),
                    profile_identifier=profile,
                    requirement_severity=models.Severity.RECOMMENDED,
                )
            )
            issues = [issue for issue in result.get_issues() if issue.check.identifier not in ACCEPTED]
            print(f"{profile}: {len(issues)} issues")
            for issue in issues:
                failed = True
                entity = issue.violatingEntity
                print(f"  {issue.severity.name} {issue.check.identifier}: {issue.message} ({entity})")
    sys.exit(1 if failed else 0)


main()

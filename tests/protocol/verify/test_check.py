"""What `sunshine verify` says to each kind of file, and to files given together."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from services.protocol import certificates, draw, receipt, signatures
from services.protocol.canonical import canonical
from services.protocol.log import tree
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key
from services.protocol.reasons import say, words
from services.protocol.verify import Finding, Trust, check
from services.protocol.verify.__main__ import main
from tests.protocol.log import test_verify as made

VECTORS = Path(made.__file__).parents[3] / "services/protocol/log/vectors/files.json"
NOW = datetime(2026, 5, 11, tzinfo=UTC)
TRUST = Trust(keys=made.KEYS)


def lines(content: Any) -> list[bytes]:
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False, indent=1).encode()
    return data.splitlines(keepends=True)


def found(trust: Trust = TRUST, **given_files: Any) -> dict[str, Finding]:
    findings = check([(name, lines(content)) for name, content in given_files.items()], trust)
    for each in findings:
        for reason in (*each.reasons, *each.shown, *each.cautions):
            assert reason.code in words()
            assert "{" not in say(reason, "zh")
    return {each.name: each for each in findings}


def codes(finding: Finding) -> tuple[list[str], list[str], list[str]]:
    return tuple([each.code for each in kind] for kind in (finding.shown, finding.reasons, finding.cautions))  # type: ignore[return-value]  # three lists in, three out


def receipt_for(leaf: bytes, digest: str = "ab" * 32, key: Any = made.LOG) -> dict[str, Any]:
    return receipt.issue(key, kind="filing", time="2026-05-11T01:00:00Z", subject="filing:1", digest=digest,
                         leaf=leaf.hex(), log=made.ORIGIN, promise="2026-05-11T01:01:00Z")


def issued() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A self-signed certificate that is its own anchor."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Synthetic signer")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    day = timedelta(days=1)
    builder = builder.serial_number(1).not_valid_before(NOW - day).not_valid_after(NOW + day)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return key, certificates.to_pem(builder.sign(key, hashes.SHA256()))


PDF = b"%PDF-1.7\nsynthetic contract\n%%EOF\n"


def test_a_receipt_alone_is_genuine_and_its_promise_still_open() -> None:
    finding = found(receipt=receipt_for(made.LEAVES[4]))["receipt"]
    assert codes(finding) == (["receipt_genuine"], [], ["receipt_promise_open"])
    assert finding.yes


def test_a_receipt_beside_its_inclusion_proof_has_its_promise_kept() -> None:
    for part in (made.inclusion_file(), {**made.inclusion_file(), "leaf": made.LEAVES[4].hex()}):
        finding = found(receipt=receipt_for(made.LEAVES[4]), proof=part)["receipt"]
        assert codes(finding) == (["receipt_genuine", "receipt_promise_kept"], [], [])


def test_another_entrys_proof_keeps_no_promise() -> None:
    assert codes(found(receipt=receipt_for(made.LEAVES[5]), proof=made.inclusion_file())["receipt"])[2] == [
        "receipt_promise_open"
    ]
    false = {**made.inclusion_file(), "proof": []}
    findings = found(receipt=receipt_for(made.LEAVES[4]), proof=false)
    assert codes(findings["receipt"])[2] == ["receipt_promise_open"]
    assert not findings["proof"].yes


def test_a_receipt_names_the_file_it_is_about() -> None:
    manifest = {"version": 1, "what": "synthetic"}
    digest = sha256(canonical(manifest)).hexdigest()
    findings = found(receipt=receipt_for(made.LEAVES[4], digest), manifest=manifest)
    assert "file_covers" in codes(findings["receipt"])[0]
    assert codes(findings["manifest"]) == (["file_covered"], [], [])


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"time": "2026-05-11T02:00:00Z"}, "signature_wrong"), ({"log": "another/log"}, "receipt_key_unknown"),
     ({"leaf": "zz"}, "receipt_member")],
)
def test_a_changed_receipt_is_refused(changed: dict[str, str], code: str) -> None:
    signed = receipt_for(made.LEAVES[4])
    signed["receipt"].update(changed)
    finding = found(receipt=signed)["receipt"]
    assert not finding.yes
    assert finding.shown == []
    assert codes(finding)[1] == [code]


def test_a_receipt_by_a_stranger_is_refused() -> None:
    stranger = Ed25519PrivateKey.generate()
    assert codes(found(receipt=receipt_for(made.LEAVES[4], key=stranger))["receipt"])[1] == ["receipt_key_unknown"]


def test_a_contracts_signature_covers_the_contract_given_with_it() -> None:
    key, pem = issued()
    signed = signatures.build(signatures.statement("contract", sha256(PDF).hexdigest()), key, pem)
    trusting = Trust(keys=made.KEYS, anchors=[pem], at=NOW)
    findings = found(trusting, signature=signed, contract=PDF)
    assert codes(findings["signature"]) == (["statement_genuine", "certificate_trusted", "file_covers"], [], [])
    assert codes(findings["contract"]) == (["file_covered"], [], [])
    changed = found(trusting, signature=signed, contract=PDF.replace(b"synthetic", b"forged"))
    assert codes(changed["signature"])[2] == ["statement_file_not_given"]
    assert codes(changed["contract"])[1] == ["file_kind_unknown"]


def test_a_signers_certificate_is_asked_for_only_where_anchors_are_given() -> None:
    key, pem = issued()
    signed = signatures.build(signatures.statement("report", "ab" * 32), key, pem)
    assert codes(found(statement=signed)["statement"])[2] == ["certificate_not_asked", "statement_file_not_given"]
    other = Trust(anchors=[issued()[1]], at=NOW)
    assert codes(found(other, statement=signed)["statement"])[1] == ["certificate_untrusted"]
    late = Trust(anchors=[pem], at=NOW + timedelta(days=9))
    assert "certificate_expired" in codes(found(late, statement=signed)["statement"])[1]


def transcript() -> dict[str, Any]:
    vectors = json.loads((Path(draw.__file__).parent / "vectors" / "draw.json").read_text("utf-8"))
    return next(each for each in _mappings(vectors) if set(each) == set(draw.MEMBERS) and draw.replay(each) == [])


def _mappings(value: Any) -> list[dict[str, Any]]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if isinstance(value, dict) else []) + [each for part in inner for each in _mappings(part)]


def test_a_draw_is_replayed_and_its_pool_found_in_the_log() -> None:
    drawn = transcript()
    assert codes(found(draw=drawn)["draw"]) == (["draw_replays"], [], ["draw_pool_not_shown"])
    entry = {"id": "e", "time": "2026-05-11T01:00:00Z", "payload": {"pool": {"digest": drawn["pool_digest"]}}}
    root = tree.leaf_hash(canonical(entry))
    note = Checkpoint(made.ORIGIN, 1, root, "2026-05-11T01:00:03Z").signed(made.LOG)
    proof = {"kind": "sunshine.inclusion", "version": 1, "entry": entry, "position": 0, "proof": [], "checkpoint": note}
    assert codes(found(draw=drawn, proof=proof)["draw"]) == (["draw_replays", "draw_pool_journalled"], [], [])
    drawn["orders"][0]["order"].reverse()
    assert not found(draw=drawn)["draw"].yes


def test_checkpoints_given_together_must_not_contradict_each_other() -> None:
    one = made.signed(5).encode()
    fork = Checkpoint(made.ORIGIN, 5, b"\x05" * 32, "2026-05-11T01:00:05Z").signed(made.LOG).encode()
    assert codes(found(one=one)["one"]) == (["checkpoint_genuine"], [], [])
    assert found(one=one, six=made.signed(6).encode())["one"].yes
    assert codes(found(one=one, fork=fork)["one"])[1] == ["log_forked"]
    assert codes(found(Trust(keys=made.KEYS, kept=[fork.decode()]), one=one)["one"])[1] == ["log_forked"]
    assert codes(found(one=one.replace(b"\n5\n", b"\n6\n"))["one"])[1] == ["note_signature_false"]


def test_a_whole_log_is_read_line_by_line() -> None:
    content = "".join(json.dumps(line) + "\n" for line in made.exported()).encode()
    assert codes(found(log=content)["log"])[1] == []
    forged = "".join(json.dumps(line) + "\n" for line in made.tampered("edited")).encode()
    keeping = Trust(keys=made.KEYS, kept=[made.signed(6)])
    assert codes(found(keeping, log=forged)["log"])[1] == ["log_differs_from_checkpoint"]


def record(**more: Any) -> dict[str, Any]:
    entries = [{name: made.inclusion_file(n)[name] for name in ("entry", "position", "proof")} for n in (2, 4)]
    logs = [{"checkpoint": made.signed(made.SIZE), "entries": entries}]
    return {"kind": "sunshine.record", "version": 1, "about": "project:1", "logs": logs, **more}


def test_a_record_verifies_by_itself_with_its_documents() -> None:
    documents = [{"name": "the receipt", "file": receipt_for(made.LEAVES[4])}, {"file": made.inclusion_file()}]
    whole = record(keys=[key.text for key in made.KEYS], documents=documents)
    findings = found(Trust(), record=whole)
    assert list(findings) == ["record", "record / the receipt", "record / 1"]
    assert codes(findings["record"]) == (["record_entries_in_log"], [], ["keys_from_the_file"])
    assert codes(findings["record / the receipt"])[0] == ["receipt_genuine", "receipt_promise_kept"]
    assert all(each.yes for each in findings.values())
    assert codes(found(record=whole)["record"])[2] == [], "the reader's own keys go before the file's"


@pytest.mark.parametrize("documents", [3, [3], [{"name": "x"}], [{"file": [1]}]])
def test_a_record_whose_documents_are_no_files_is_refused(documents: Any) -> None:
    assert codes(found(record=record(documents=documents))["record"])[1] == ["file_malformed"]


def test_records_inside_records_come_to_an_end() -> None:
    deep: dict[str, Any] = record()
    for _ in range(6):
        deep = record(documents=[{"file": deep}])
    assert not found(record=deep)["record"].yes


def test_without_keys_nothing_of_a_log_is_believed() -> None:
    for name, content in {"one": made.signed(5).encode(), "two": made.inclusion_file(), "three": record()}.items():
        assert not found(Trust(), **{name: content})[name].yes


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.text(max_size=4) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["kind", "receipt", "key", "algorithm", "signature", "statement", "signer", "certificate", "logs", "documents",
         "file", "entries", "keys", *draw.MEMBERS]), inner),
))
def test_no_garbage_gets_past_or_stops_the_verifier(content: Any) -> None:
    for kind in ("", "sunshine.record", "sunshine.log", "sunshine.inclusion"):
        dressed = {**content, "kind": kind} if isinstance(content, Mapping) and kind else content
        assert not any(each.yes for each in check([("f", lines(dressed))], TRUST))


def test_the_command_line_says_yes_and_no_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys, good, bad = tmp_path / "keys.txt", tmp_path / "good.json", tmp_path / "bad.json"
    keys.write_text("".join(key.text + "\n" for key in made.KEYS))
    good.write_bytes(b"".join(lines(made.inclusion_file())))
    bad.write_bytes(b"".join(lines({**made.inclusion_file(), "position": 5})))
    assert main([str(good), "--keys", str(keys)]) == 0
    assert "good.json: 是" in capsys.readouterr().out
    assert main([str(good), str(bad), "--keys", str(keys), "--english"]) == 1
    assert "bad.json: no\n  The entry is not at position 5" in capsys.readouterr().out
    assert main([str(bad), "--keys", str(keys), "--json"]) == 1
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["yes"], said["reasons"][0]["code"]) == (False, "log_entry_not_included")
    assert main([str(tmp_path / "none.json"), "--keys", str(keys)]) == 2
    keys.write_text("nonsense\n")
    assert main([str(good), "--keys", str(keys)]) == 2


def changed(content: Any, *path: Any, to: Any) -> Any:
    """The same JSON with one value changed."""
    made_anew = json.loads(json.dumps(content))
    inner = made_anew
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return made_anew


def of_a_kind(kind: str) -> tuple[Any, Any, str]:
    """A good file of this kind, a bad one, and the code of the no."""
    cases = {each["name"]: each for each in json.loads(VECTORS.read_text("utf-8"))["cases"]}
    statement = signatures.build(signatures.statement("contract", "ab" * 32), *issued())
    drawn, signed, given = transcript(), made.signed(5).encode(), receipt_for(made.LEAVES[4])
    log = ["".join(json.dumps(line) + "\n" for line in each).encode() for each in (made.exported(), made.exported())]
    return {
        "receipt": (given, changed(given, "receipt", "digest", to="cd" * 32), "signature_wrong"),
        "inclusion": (made.inclusion_file(), changed(made.inclusion_file(), "proof", 0, to="0" * 64),
                      "log_entry_not_included"),
        "consistency": (cases["two states of one history"]["file"], cases["two histories"]["file"], "log_rewritten"),
        "record": (record(), changed(record(), "logs", 0, "entries", 1, "position", to=5), "log_entry_not_included"),
        "log": (log[0], log[1].replace(b'"position": 3', b'"position": 33'), "log_position_wrong"),
        "checkpoint": (signed, signed.replace(b"\n5\n", b"\n6\n"), "note_signature_false"),
        "transcript": (drawn, changed(drawn, "seed", to="0" * 64), "draw_seed"),
        "statement": (statement, changed(statement, "statement", "digest", to="cd" * 32), "signature_wrong"),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["receipt", "inclusion", "consistency", "record", "log", "checkpoint", "transcript", "statement"]
)
def test_every_kind_of_file_gets_a_yes_and_a_no_with_its_reason_in_both_languages(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, code = of_a_kind(kind)
    keys, file = tmp_path / "keys.txt", tmp_path / "given"
    vectors = json.loads(VECTORS.read_text("utf-8"))["keys"]
    keys.write_text("\n".join([*(key.text for key in made.KEYS), *vectors]))
    file.write_bytes(b"".join(lines(good)))
    assert main([str(file), "--keys", str(keys), "--json"]) == 0, capsys.readouterr().out
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["kind"], finding["yes"], finding["reasons"]) == (kind, True, [])
    assert finding["shown"]
    file.write_bytes(b"".join(lines(bad)))
    assert main([str(file), "--keys", str(keys), "--json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["kind"], finding["yes"], finding["shown"]) == (kind, False, [])
    assert code in [each["code"] for each in finding["reasons"]]
    for language, options in (("zh", []), ("en", ["--english"])):
        assert main([str(file), "--keys", str(keys), *options]) == 1
        said = capsys.readouterr().out
        beginning = words()[code][language].partition("{")[0]
        assert f"  {beginning}" in said


def test_a_key_of_another_name_vouches_for_nothing() -> None:
    other = Trust(keys=[Key("another/log", made.KEYS[0].raw)])
    assert not found(other, receipt=receipt_for(made.LEAVES[4]))["receipt"].yes
    assert not found(other, proof=made.inclusion_file())["proof"].yes

"""Signing in by certificate: the key stays in the page, the session in a cookie no script reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from deploy.rehearsal.people import Cast
from gateway.settings import read_settings
from services.protocol import certificates
from tests.journeys.browser.conftest import Tab

pytestmark = pytest.mark.timeout(600)

HOST = "zhao"


@pytest.fixture
def files(cast: Cast, tmp_path: Path) -> tuple[Path, Path]:
    """The host's certificate and key, as files on the reader's disk."""
    person = cast[HOST]
    certificate, key = tmp_path / "certificate.pem", tmp_path / "signing.key"
    certificate.write_text(person.pem, "ascii")
    key.write_bytes(certificates.private_key_pem(person.key))
    return certificate, key


def sign_in(tab: Tab, certificate: Path, key: Path) -> None:
    tab.open("/signin")
    tab.page.get_by_label("证书文件").set_input_files(certificate)
    tab.page.get_by_label("私钥文件").set_input_files(key)
    tab.page.get_by_role("button", name="登录").click()


def test_one_signs_in_is_named_and_signs_out(tab: Tab, cast: Cast, files: tuple[Path, Path]) -> None:
    sign_in(tab, *files)
    tab.page.wait_for_selector("#who")
    who = tab.text("#who")
    assert cast[HOST].name in who
    assert cast.name_of("centre") in who
    assert "主持" in who
    assert tab.page.request.get(f"{tab.url}/api/v1/messages").status == 200
    tab.open("/notices")
    assert "已登录" in tab.text("header")
    tab.open("/signin")
    kept = tab.page.context.cookies()
    tab.page.get_by_role("button", name="退出登录").click()
    tab.page.wait_for_selector("#signin")
    assert tab.page.request.get(f"{tab.url}/api/v1/messages").status == 401
    tab.page.context.add_cookies(kept)  # type: ignore[arg-type]  # what one gets back is what one may give
    assert tab.page.request.get(f"{tab.url}/api/v1/messages").status == 401  # the session is over, not the cookie alone
    assert tab.faults() == []


def test_the_key_never_leaves_the_page(tab: Tab, files: tuple[Path, Path]) -> None:
    sign_in(tab, *files)
    tab.page.wait_for_selector("#who")
    posted = [body for method, _, body in tab.sent if method == "POST"]
    assert len(posted) == 2  # the challenge asked for, and its answer
    lines = [line for line in files[1].read_text("ascii").splitlines() if not line.startswith("-----")]
    everything = "\n".join(address + body for _, address, body in tab.sent)
    assert [line for line in lines if line in everything or line[:24] in everything] == []
    assert "PRIVATE KEY" not in everything
    stored = tab.page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie")
    assert lines[0][:24] not in stored


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    tab: Tab, files: tuple[Path, Path]
) -> None:
    sign_in(tab, *files)
    tab.page.wait_for_selector("#who")
    cookie = next(each for each in tab.page.context.cookies() if each["name"] == "session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")  # Secure but for a rehearsal on plain HTTP
    assert "session=" not in tab.page.evaluate("document.cookie")
    forged = tab.page.request.delete(
        f"{tab.url}/api/v1/browser-sessions", headers={"Origin": "https://elsewhere.example"}
    )
    assert forged.status == 403
    assert tab.page.request.get(f"{tab.url}/api/v1/messages").status == 200


def test_the_cookie_is_secure_wherever_there_is_no_rehearsal() -> None:
    needed = {"TRUST_DIR": "t", "AMQP_URI": "amqp://x", "STORE_URL": "file:///s", "GATEWAY_SECRET_FILE": __file__}
    assert read_settings({**needed, "SUNSHINE_PROFILE": "production"}).secure_cookies
    assert not read_settings({**needed, "SUNSHINE_PROFILE": "rehearsal"}).secure_cookies


def another_of_its_kind(key: certificates.PrivateKey) -> certificates.PrivateKey:
    if isinstance(key, rsa.RSAPrivateKey):
        return rsa.generate_private_key(65537, key.key_size)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return ec.generate_private_key(key.curve)
    return ed25519.Ed25519PrivateKey.generate()


def test_a_file_that_is_no_key_and_a_strangers_key_are_refused_in_words(
    tab: Tab, cast: Cast, files: tuple[Path, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    strangers = certificates.private_key_pem(another_of_its_kind(cast[HOST].key))
    for content, sentence in ((b"no key at all", "不是未加密的 PKCS#8"), (strangers, "登录未成功")):
        other.write_bytes(content)
        sign_in(tab, files[0], other)
        tab.page.wait_for_selector("#said.bad")
        assert sentence in tab.text("#said")
        assert tab.page.get_by_label("私钥文件").input_value() == ""  # the page has let go of it
    assert tab.page.request.get(f"{tab.url}/api/v1/messages").status == 401
    assert tab.page.context.cookies() == []

"""notify's own settings, read once.

NOTIFY_SMTP_URL           smtp://[user:password@]host:port or smtps://…; without it nothing is sent by e-mail
NOTIFY_MAIL_FROM          the sender's address (required with NOTIFY_SMTP_URL)
NOTIFY_SMS_SPOOL          folder that short messages are written to, one file each; without it there are none
NOTIFY_WEBHOOK_NETWORKS   networks that webhooks may reach though they are not public, comma-separated ("10.1.0.0/16")
NOTIFY_WEBHOOK_PLAIN      "yes" lets webhooks be plain http; rehearsal only
NOTIFY_OCID_PREFIX        the prefix of ocids; "local-sunshine", plainly a local one, until one is registered
NOTIFY_PUBLISHER          who publishes the open data; 阳光采购(演练)
NOTIFY_PUBLIC_URL         where the public finds us; used in links of feeds and open data
NOTIFY_PUBLIC_A_MINUTE    how many suggestions the public may leave in a minute (60)
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.chassis.settings import PRODUCTION, SettingsError
from services.notify.rules.addresses import Network


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed in. secure: TLS from the first byte; else STARTTLS where the server offers it."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    sender: str


@dataclass(frozen=True)
class NotifySettings:
    """Channels, networks, names."""

    mail: MailServer | None
    sms_spool: Path | None
    webhook_networks: tuple[Network, ...]
    webhook_plain: bool
    ocid_prefix: str
    publisher: str
    public_url: str
    public_a_minute: int


def read(environment: Mapping[str, str]) -> NotifySettings:
    """Settings from an environment. Raises `SettingsError` with every fault."""
    faults: list[str] = []
    mail = _mail(environment, faults)
    spool = Path(environment["NOTIFY_SMS_SPOOL"]) if environment.get("NOTIFY_SMS_SPOOL") else None
    if spool is not None and not spool.is_dir():
        faults.append(f"NOTIFY_SMS_SPOOL: there is no folder {spool}")
    networks: list[Network] = []
    for each in filter(None, (part.strip() for part in environment.get("NOTIFY_WEBHOOK_NETWORKS", "").split(","))):
        try:
            networks.append(ipaddress.ip_network(each))
        except ValueError:
            faults.append(f"NOTIFY_WEBHOOK_NETWORKS: {each!r} is not a network")
    plain = environment.get("NOTIFY_WEBHOOK_PLAIN") == "yes"
    if plain and environment.get("SUNSHINE_PROFILE") == PRODUCTION:
        faults.append("NOTIFY_WEBHOOK_PLAIN has no place in production")
    pace = environment.get("NOTIFY_PUBLIC_A_MINUTE", "60")
    if not pace.isdigit() or pace == "0":
        faults.append(f"NOTIFY_PUBLIC_A_MINUTE must be a whole number of at least 1, not {pace!r}")
    if faults:
        raise SettingsError("these settings of notify must be mended:\n  " + "\n  ".join(faults))
    return NotifySettings(
        mail=mail,
        sms_spool=spool,
        webhook_networks=tuple(networks),
        webhook_plain=plain,
        ocid_prefix=environment.get("NOTIFY_OCID_PREFIX") or "local-sunshine",
        publisher=environment.get("NOTIFY_PUBLISHER") or "阳光采购(演练)",
        public_url=(environment.get("NOTIFY_PUBLIC_URL") or "https://sunshine.example").rstrip("/"),
        public_a_minute=int(pace),
    )


@lru_cache(maxsize=1)
def current() -> NotifySettings:
    """This process's settings."""
    return read(os.environ)


def _mail(environment: Mapping[str, str], faults: list[str]) -> MailServer | None:
    url = environment.get("NOTIFY_SMTP_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        faults.append("NOTIFY_SMTP_URL must be smtp://host:port or smtps://host:port")
        return None
    sender = environment.get("NOTIFY_MAIL_FROM", "")
    if "@" not in sender:
        faults.append("NOTIFY_MAIL_FROM is missing: the address e-mail is sent from")
    secure = parts.scheme == "smtps"
    return MailServer(
        parts.hostname, parts.port or (465 if secure else 25), secure, unquote(parts.username or ""),
        unquote(parts.password or ""), sender,
    )  # fmt: skip

"""E-mail over SMTP (RFC 5321), one connection for a turn."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType

from services.chassis import heavy
from services.chassis.wire import Moment
from services.notify.post.queue import DeliveryFault, Taken
from services.notify.settings import MailServer

TIMEOUT = 5.0


class MailSession:
    """`with MailSession(server) as mail: mail.send(taken)`; connects at the first message."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> MailSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._smtp is not None:
            heavy.run(_leave, self._smtp)

    def send(self, taken: Taken) -> None:
        """Hand it in. Raises DeliveryFault: lasting where the server says so (a 5xx about this recipient)."""
        letter = letter_of(taken, self.server.sender)
        try:
            if self._smtp is None:
                self._smtp = heavy.run(_connect, self.server)
            heavy.run(self._smtp.send_message, letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise DeliveryFault(f"refused: {refused.recipients}", lasting=500 <= code < 600) from refused
        except smtplib.SMTPResponseException as answered:
            self._drop()
            lasting = isinstance(answered, smtplib.SMTPDataError) and 500 <= answered.smtp_code < 600
            raise DeliveryFault(f"{answered.smtp_code} {answered.smtp_error!r}", lasting=lasting) from answered
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise DeliveryFault(f"{type(error).__name__}: {error}") from error

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def letter_of(taken: Taken, sender: str) -> EmailMessage:
    """The e-mail; its Message-ID is the delivery's id, so that a repeated one is known to be the same."""
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = taken.address
    letter["Subject"] = str(taken.content["title"]).replace("\n", " ")
    letter["Message-ID"] = f"<{taken.id}@{parseaddr(sender)[1].partition('@')[2]}>"
    letter["Date"] = format_datetime(Moment().deserialize(taken.content["at"]))
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note should answer
    letter["Content-Language"] = taken.content["language"]
    letter.set_content(str(taken.content["text"]))
    return letter


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.secure:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=context)
    if server.user:
        smtp.login(server.user, server.password)
    return smtp


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()

"""Mailboxes as Dovecot keeps them: Maildir (LAYOUT=fs) or mbox (DIRNAME=mBoX-MeSsAgEs)."""
import base64
import os
import pathlib
import re
import time

# IMAP flag: letter in a Maildir name, (mbox header, letter)
FLAGS = {
    "seen": ("S", "Status", "R"),
    "answered": ("R", "X-Status", "A"),
    "flagged": ("F", "X-Status", "F"),
    "draft": ("D", "X-Status", "T"),
}


def modified_utf7(name):
    """RFC 3501, 5.1.3: the name of a mailbox on the disk and on the wire."""
    def encode(match):
        if match[0] == "&":
            return "&-"
        text = base64.b64encode(match[0].encode("utf-16-be")).decode("ascii")
        return "&" + text.rstrip("=").replace("/", ",") + "-"
    return re.sub(r"&|[^\x20-\x7e]+", encode, name)


class Mailbox:
    """One mailbox, to which messages are appended in order of arrival."""

    def __init__(self, directory, mail_format):
        self.maildir = directory if mail_format == "maildir" else None
        self.count = 0
        if self.maildir:
            for part in ("cur", "new", "tmp"):
                (directory / part).mkdir(parents=True, exist_ok=True)
            self.prefix = str(directory / "cur") + "/"
        else:
            directory.parent.mkdir(parents=True, exist_ok=True)
            self.file = open(directory, "ab", buffering=1 << 20)

    def append(self, message, received, flags=()):
        """message: bytes with LF line ends; received: seconds since 1970."""
        self.count += 1
        if self.maildir:
            self._append_maildir(message, received, flags)
        else:
            self._append_mbox(message, received, flags)

    def _append_maildir(self, message, received, flags):
        # With the sizes in the name (S, and W with CRLF) Dovecot has no need to read the files.
        wire = len(message) + message.count(b"\n")
        letters = "".join(sorted(FLAGS[flag][0] for flag in flags))
        path = (f"{self.prefix}{int(received)}.M{self.count:06d}P1.demo"
                f",S={len(message)},W={wire}:2,{letters}")
        with open(path, "wb", buffering=0) as file:
            file.write(message)
        os.utime(path, (received, received))

    def _append_mbox(self, message, received, flags):
        marks = {"Status": "O", "X-Status": ""}
        for flag in flags:
            _, header, letter = FLAGS[flag]
            marks[header] = letter + marks[header]
        head, _, body = message.partition(b"\n\n")
        status = "".join(f"\n{key}: {value}" for key, value in marks.items() if value).encode()
        body = re.sub(rb"^(>*From )", rb">\1", body, flags=re.MULTILINE)
        stamp = time.asctime(time.gmtime(received)).encode()
        self.file.write(b"From sender@demo.example " + stamp + b"\n" + head + status
                        + b"\n\n" + body.rstrip(b"\n") + b"\n\n")

    def close(self):
        if not self.maildir:
            self.file.close()


class Account:
    """The mailboxes of one address below DIRECTORY/ADDRESS."""

    def __init__(self, directory, address, mail_format):
        self.address = address
        self.mail_format = mail_format
        self.home = pathlib.Path(directory) / address
        self.root = self.home / "mail"
        self.root.mkdir(parents=True, exist_ok=True)

    def mailbox(self, name):
        """name: UTF-8, with "/" between levels."""
        if self.mail_format == "maildir":
            place = self.root if name == "INBOX" else self.root / modified_utf7(name)
        elif name == "INBOX":
            place = self.home / "inbox"
        else:
            place = self.root / modified_utf7(name) / "mBoX-MeSsAgEs"
        return Mailbox(place, self.mail_format)

    def fill(self, name, letters):
        """letters: (message, received, flags), any order."""
        mailbox = self.mailbox(name)
        for message, received, flags in sorted(letters, key=lambda letter: letter[1]):
            mailbox.append(message, received, flags)
        mailbox.close()

    def subscribe(self, names):
        path = self.root / ("subscriptions" if self.mail_format == "maildir" else ".subscriptions")
        known = path.read_text().splitlines() if path.exists() else []
        added = [modified_utf7(name) for name in names]
        path.write_text("".join(f"{name}\n" for name in dict.fromkeys(known + added)))

"""Random calls with everything a call can carry, as `export` writes them."""

import base64
import datetime
import json

STATUSES = ["delayed", "queued", "running", "success", "error", "cancelled"]
TYPES = ["", "sync", "async", "detached"]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TEXTS = [
    "plain", "", "with, comma", 'with "quotes"', "two\nlines", "CR\r\nLF", "\r", " edge ",
    "tab\t", "\u00e4\u00f6\u00fc", "\u65e5\u672c\u8a9e", "\U0001f600", "\x1b[31m", "\x7f\u0085",
    "\u2028\u2029", "'; DROP TABLE calls; --", "\\", "\\n", "{}", "null", "#", "=1+1", "\ufeff",
]
BYTES = [b"", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", bytes(range(256)), b"log\n" * 50]


class RandomCalls:
    """`nul`: whether texts, payloads and logs may hold a NUL, which csv cannot carry in texts."""

    def __init__(self, random, nul=True):
        self.random = random
        self.texts = TEXTS + (["nul\x00in"] if nul else [])

    def record(self, number):
        """A call as a dict in the order of the model."""
        status = self.random.choice(STATUSES)
        created = self.time()
        call = {
            "id": self.id(number),
            "fn_id": self.function(),
            "app_id": self.random.choice(["", "app", "\u00e4pp"]),
            "app_name": self.random.choice(["", "The app"]),
            "trigger_id": self.random.choice(["", "http", "cron, daily"]),
        }
        self.put(call, "type", self.random.choice(TYPES))
        call["status"] = status
        if status in ("error", "cancelled"):
            self.put(call, "error", self.text())
        call["created_at"] = created
        for name in ("started_at", "completed_at"):
            if self.random.random() < 0.7:
                call[name] = self.time()
        if self.random.random() < 0.3:
            call["stats"] = self.stats()
        if self.random.random() < 0.5:
            self.request(call)
        if self.random.random() < 0.7:
            self.bytes(call, "log")
        return call

    def request(self, call):
        """The request fields, in the model's order."""
        self.put(call, "image", self.text())
        self.put(call, "delay", self.random.choice([0, 1, 1_000_000_000]))
        self.bytes(call, "payload")
        if call.get("payload") == "":
            del call["payload"]
        self.put(call, "url", self.text())
        self.put(call, "method", self.random.choice(["", "GET", "POST"]))
        self.put(call, "priority", self.random.randrange(3))
        self.put(call, "timeout", self.random.choice([0, 30]))
        self.put(call, "idle_timeout", self.random.choice([0, 60]))
        self.put(call, "tmpfs_size", self.random.choice([0, 2**32 - 1]))
        self.put(call, "memory", self.random.choice([0, 128, 2**63 - 1]))
        self.put(call, "cpus", self.random.choice(["", "1m", "100m", "1024000m"]))
        self.put(call, "config", {name: self.text() for name in self.names()})
        values = [1, 1.5, "t", None, True, [], {"deep": [1, {"er": "x"}]}]
        self.put(call, "annotations", {n: self.random.choice(values) for n in self.names()})
        self.put(call, "headers", {n: [self.text() for _ in range(2)] for n in self.names()})
        self.put(call, "syslog_url", self.text())

    def put(self, call, name, value):
        """What is empty or zero is left out."""
        if value:
            call[name] = value

    def bytes(self, call, name):
        choices = BYTES + [text.encode() for text in self.texts]
        data = self.random.choice(choices)
        try:
            call[name] = data.decode()
        except UnicodeDecodeError:
            call[name + "_base64"] = base64.b64encode(data).decode()

    def id(self, number):
        kind = self.random.randrange(3)
        if kind == 0:
            return f"foreign {number} " + self.random.choice(["x", "\u00e4", "\u65e5", "a,b", '"'])
        if kind == 1:
            return str(number).zfill(26)
        return "01" + "".join(self.random.choice(ALPHABET) for _ in range(24))

    def function(self):
        return self.random.choice(["f", "g", "-dash", "app/func", "\u95a2\u6570", " "])

    def names(self):
        return sorted({self.random.choice(["A", "b", "\u00e9", "x y"]) for _ in range(3)})

    def text(self):
        return self.random.choice(self.texts)

    def time(self):
        seconds = self.random.choice([-62_000_000_000, -1, 0, 1_554_422_700, 253_402_300_799])
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
        return moment.isoformat().split(".")[0] + f".{self.random.randrange(1000):03}Z"

    def stats(self):
        start = self.random.randrange(1000)
        return [
            {
                "timestamp": f"2019-04-05T00:00:{second:02}.{start:03}Z",
                "metrics": {"cpu_user": self.random.choice([0, 2**64 - 1]), "mem_usage": second},
            }
            for second in range(self.random.randrange(1, 5))
        ]


def to_line(call):
    return json.dumps(call, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

"""What stands in for curl on a machine without it: the four options that the documents use, and nothing else."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path


def main(words: list[str]) -> int:
    """`[-sS] URL [-H HEADER]… [--data-binary @FILE]`: the answer's body goes to standard output."""
    url, data, headers = "", None, {}
    rest = iter(words)
    for word in rest:
        if word == "-sS":
            continue
        if word == "-H":
            name, _, value = next(rest).partition(":")
            headers[name] = value.strip()
        elif word == "--data-binary":
            data = Path(next(rest).removeprefix("@")).read_bytes()
        elif word.startswith("-"):
            sys.stderr.write(f"the stand-in does not know {word}\n")
            return 2
        else:
            url = word
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            sys.stdout.buffer.write(answer.read())
    except urllib.error.HTTPError as error:
        sys.stdout.buffer.write(error.read())
        error.close()
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

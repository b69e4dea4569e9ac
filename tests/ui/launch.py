"""Serves the app over the invented corpus: ``python -m tests.ui.launch HOME [rich|empty|hostile|shows]``; port 0 is free."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from earmark.errors import EarmarkError
from earmark.settings import load_settings
from tests.ui.fakes import FakeLibrary
from ui.app.serve import serve

WORKER = """
import json, time
for n in range(1, 4):
    print(json.dumps({"kind": "feed", "subject": f"Show {n}", "message": "1 new", "done": n, "total": 3}), flush=True)
    time.sleep(1.0)
print(json.dumps({"kind": "report", "feeds": 3, "new_episodes": 3, "episodes_done": 2, "failures": [{}]}), flush=True)
"""


def main() -> int:
    """Runs until a signal; 2 with one line on stderr when it cannot start."""
    home, kind = Path(sys.argv[1]), (sys.argv[2:] or ["rich"])[0]
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    settings = load_settings({"app": {"port": port}}, home=home, environ={})
    library = FakeLibrary(settings, empty=kind == "empty", hostile=kind == "hostile", many_ways=kind == "shows")
    try:
        (home / "fake_worker.py").write_text(WORKER)
        os.environ["PYTHONPATH"] = str(home)  # of the process beside
        serve(library, ingest=["fake_worker"])
    except EarmarkError as error:
        sys.stderr.write(f"earmark: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

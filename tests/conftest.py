"""What all tests share: where helpers of a folder are found."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "end_to_end"))

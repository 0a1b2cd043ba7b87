"""Says how Python's own `packaging` orders pairs of versions: [a, b] a line in, -1, 0, 1 or null (no version) a line out."""

import json
import sys

from packaging.version import InvalidVersion, Version

for line in sys.stdin:
    try:
        a, b = (Version(text) for text in json.loads(line))
        print((a > b) - (a < b))
    except InvalidVersion:
        print("null")

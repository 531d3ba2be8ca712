"""A program that answers each line with the same line; asked to, it waits or ends. Run by the tests of `portal.child_process`."""

import json
import sys
import time

for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("end"):
        break
    time.sleep(asked.get("wait", 0))
    print(json.dumps(asked), flush=True)

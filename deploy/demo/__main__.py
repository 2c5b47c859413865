"""`python -m deploy.demo`: the story."""

import sys

from deploy.demo.story import main

sys.exit(main())

"""The web page. Before anything here can import Gradio, its telemetry and version check are off.

So are its statistics of events, which nothing here shows: it would make a table of the last 10,000 events
after each event, and load pandas for that.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**18)

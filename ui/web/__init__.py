"""The web page. Gradio's telemetry and version check are off before anything here can import it."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

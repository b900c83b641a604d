"""In place of `ui.training_process`: says how far it is, draws a curve, and goes on until it is stopped."""

import json
import sys
import time
from pathlib import Path

models = Path(sys.argv[1]) / "modeller"
working = models / "turlar" / "1" / "training"
working.mkdir(parents=True, exist_ok=True)
label = {"tr": "Eğitim", "en": "Training"}
(models / "turlar" / "1" / "round.json").write_text(
    json.dumps({"steps": {"triples": {"counts": {"train": 1200, "dev": 60, "test": 80, "votes": 3}}}})
)
entries = [{"step": n, "epoch": n / 10, "loss": 3 / (n + 1)} for n in range(8)]
entries += [{"step": n, "epoch": n / 10, "eval_dev_cosine_ndcg@10": 0.5 + n / 100} for n in (0, 7)]
(working / "log.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries) + '{"step": 8, "lo')
state = {"outcome": "running", "round": 1, "label": label, "done": 7, "total": 20, "notes": []}
(models / "training.json").write_text(json.dumps(state))
time.sleep(120)

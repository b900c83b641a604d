"""How the embedders of the package were made: `python -m finetune.shipped.recipe`."""

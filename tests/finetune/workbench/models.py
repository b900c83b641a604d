"""Tiny models with tokenizers of their own: BERT, GPT-2 and XLM-R, as transformers saves them."""

from pathlib import Path

SENTENCES = (
    "Doğruluk, bir modelin gerçek değerlere ne kadar yakın sonuçlar verdiğini gösterir.",
    "Model doğruluğu, tahminlerin gerçek etiketlerle örtüşme derecesini yansıtır.",
    "Özellik mühendisliği, makine öğrenmesi süreçlerinde önemli rol oynar.",
    "İstanbul'da ılık bir gün; ırmak kıyısında yürüdük.",
)
WIDTH, LAYERS = 32, 3


def tiny(kind: str, folder: Path, *, tokenizer: bool = True) -> str:
    """A model of random weights: "bert", "gpt2" or "xlm-r"."""
    import torch
    from transformers import BertConfig, BertModel, GPT2Config, GPT2Model, XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(0)
    words = _tokenizer(kind)
    shape = {"num_hidden_layers": LAYERS, "num_attention_heads": 4, "hidden_size": WIDTH}
    size = len(words)
    body = {
        "bert": lambda: BertModel(
            BertConfig(vocab_size=size, intermediate_size=64, max_position_embeddings=64, **shape)
        ),
        "gpt2": lambda: GPT2Model(
            GPT2Config(vocab_size=size, n_layer=LAYERS, n_head=4, n_embd=WIDTH, n_positions=64)
        ),
        "xlm-r": lambda: XLMRobertaModel(
            XLMRobertaConfig(
                vocab_size=size, intermediate_size=64, max_position_embeddings=66, pad_token_id=1, **shape
            )
        ),
    }[kind]()
    body.save_pretrained(folder)
    if tokenizer:
        words.save_pretrained(folder)
    return str(folder)


def _tokenizer(kind: str):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    if kind == "bert":
        made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False)
        names = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    elif kind == "gpt2":
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=400, special_tokens=["<|endoftext|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )  # fmt: skip
        names = {"eos": "<|endoftext|>", "bos": "<|endoftext|>", "unk": "<|endoftext|>"}
    else:
        made = Tokenizer(models.Unigram())
        made.pre_tokenizer = pre_tokenizers.Metaspace()
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        trainer = trainers.UnigramTrainer(
            vocab_size=150, special_tokens=special, unk_token="<unk>", show_progress=False
        )
        names = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>",
                 "mask": "<mask>"}  # fmt: skip
    made.train_from_iterator(SENTENCES, trainer)
    first, last = {"bert": ("[CLS]", "[SEP]"), "xlm-r": ("<s>", "</s>")}.get(kind, ("", ""))
    if first:
        ends = [(token, made.token_to_id(token)) for token in (first, last)]
        made.post_processor = processors.TemplateProcessing(
            single=f"{first} $A {last}", pair=f"{first} $A {last} $B {last}", special_tokens=ends
        )
    given = {f"{name}_token": token for name, token in names.items()}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=64, **given)

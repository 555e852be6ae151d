"""The pictures of the Transformer say what is true."""

from matplotlib.figure import Figure

from figures.transformer import architecture, stream


def texts(figure: Figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]


def test_the_encoder_has_two_sublayers_and_the_decoder_three() -> None:
    words = texts(architecture())
    assert words.count("feed-forward") == 2
    assert [words.count(name) for name in ("self-attention", "masked self-attention", "cross-attention")] == [1, 1, 1]


def test_every_sublayer_ends_in_an_addition_and_so_do_both_embeddings() -> None:
    assert texts(architecture()).count("+") == 5 + 2


def test_the_stream_names_each_word_once_and_both_layers() -> None:
    words = texts(stream(("a", "b")))
    assert [words.count(word) for word in ("a", "b", "attention 1", "feed-forward 2")] == [1, 1, 1, 1]

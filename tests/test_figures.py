"""The pictures: what they show is true, what they say is complete, and they can be read by everyone."""

import base64
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from torch.nn import functional

from figures import explorers, style
from figures.attention import attention_flow, cost_curves, head_grid, heat_map, mask_picture
from figures.head_frames import head_frame, looks_at
from figures.lettering import plain, readable_on
from figures.lines import spread
from figures.mask_frames import explorer_mask, mask_frame
from figures.score_frames import scores_frame
from figures.score_numbers import KEY_SIZES, score_summary
from figures.softmax import entropy_bits, masked_softmax, softmax_gradient_norm
from figures.style import COLOURS, show
from figures.training import bars_with_spread, loss_curves

TOKENS = ["[CLS]", "the", "cat", "sat"]
ROLES = ("query", "key", "value", "output", "masked")

# Linear RGB as a reader without one kind of cone sees it: Machado, Oliveira and Fernandes (2009), severity 1.
VISIONS = {
    "all cones": np.eye(3),
    "no red cones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no blue cones": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def attention(heads: int, length: int, seed: int = 0) -> np.ndarray:
    draws = np.random.default_rng(seed).normal(size=(heads, length, length)) * 2
    return np.exp(draws) / np.exp(draws).sum(-1, keepdims=True)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    x, y, z = np.cbrt(to_xyz @ rgb / [0.95047, 1, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def texts(figure: Figure) -> list[str]:
    figure.canvas.draw()
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text() and text.get_visible()]


def image_source(displayed: list[dict[str, str]]) -> str:
    source = re.search(r"base64,([^\"]+)", displayed[0]["text/html"])
    assert source is not None
    return source[1]


@pytest.fixture
def displayed(monkeypatch):
    bundles: list[dict[str, str]] = []
    for module in (style, explorers):
        monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_roles_look_alike_to_any_reader(vision):
    seen = {role: lab(np.clip(np.array(VISIONS[vision]) @ linear(COLOURS[role]), 0, 1)) for role in ROLES}
    for first in ROLES:
        for second in ROLES:
            assert first == second or np.linalg.norm(seen[first] - seen[second]) > 20, (first, second)


@pytest.mark.parametrize("role", [*ROLES, "accent", "ink"])
def test_every_role_stands_out_from_white(role):
    assert 1.05 / (luminance(COLOURS[role]) + 0.05) >= 3


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_a_number_on_any_colour_has_the_better_contrast(background):
    as_hex = "#" + "".join(f"{round(255 * channel):02x}" for channel in background)
    light = luminance(as_hex) + 0.05
    better = "black" if light / 0.05 > 1.05 / light else "white"
    assert readable_on(as_hex) == better or light / 0.05 == pytest.approx(1.05 / light, rel=0.02)


@pytest.mark.parametrize(("number", "written"), [(-0.001, "0.00"), (-1.5, "−1.50"), (0.5, "0.50")])
def test_numbers_have_a_true_minus_and_none_before_zero(number, written):
    assert plain(number, 2) == written


def test_caption_and_alt_text_are_escaped(displayed):
    show(heat_map([[1.0]]), caption="weights <b> & scores", alt='a "heat map" < 1')
    page = displayed[0]["text/html"]
    assert "weights &lt;b&gt; &amp; scores</figcaption>" in page
    assert 'alt="a &#34;heat map&#34; &lt; 1"' in page


@pytest.mark.parametrize(("caption", "alt"), [("", "a map"), ("what to see", "  ")])
def test_a_figure_without_words_is_refused(caption, alt):
    with pytest.raises(ValueError, match=r"needs a (caption|alt)"):
        show(heat_map([[1.0]]), caption, alt)


def test_the_figure_is_closed_and_so_not_shown_twice(displayed):
    figure, ax = plt.subplots()
    heat_map([[1.0]], ax=ax)
    show(figure, "what to see", "a map")
    assert figure.number not in plt.get_fignums()


def test_nothing_is_cut_off_at_the_edges(displayed):
    show(head_grid(attention(2, 15), ["because"] * 15, ["because"] * 15), "what to see", "two maps")
    image = imread(io.BytesIO(base64.b64decode(image_source(displayed))))[..., :3]
    for edge in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert (edge > 0.99).all()


@pytest.mark.parametrize(
    "figure",
    [
        heat_map(attention(1, 6)[0]),
        mask_picture(np.tri(6)),
        attention_flow([1, 2], np.eye(2), np.eye(2)),
        loss_curves({name: np.random.default_rng(0).random(2000) for name in "abcd"}, "loss"),
        bars_with_spread({name: [0.5, 0.6] for name in "abcd"}, "accuracy"),
    ],
    ids=["heat map", "mask", "flow", "curves", "bars"],
)
def test_a_typical_figure_takes_little_of_a_notebook(displayed, figure):
    show(figure, "what to see", "a figure")
    assert len(image_source(displayed)) < 60_000


def test_a_terminal_gets_the_words(displayed):
    show(heat_map([[1.0]]), caption="what to see", alt="a map")
    assert displayed[0]["text/plain"] == "[figure] a map\nwhat to see"


def test_a_heat_map_names_its_axes_tokens_and_numbers():
    weights = attention(1, 4)[0]
    written = texts(heat_map(weights, TOKENS, TOKENS, "head 1"))
    assert {"query: who looks", "key: what is looked at", "head 1", *TOKENS} <= set(written)
    assert {f"{weight:.2f}" for weight in weights.flat} <= set(written)


def test_a_large_heat_map_has_no_numbers_too_small_to_read():
    assert not [text for text in texts(heat_map(attention(1, 20)[0] * 0)) if text == "0.00"]


def test_a_masked_score_is_hatched_not_coloured():
    figure = heat_map([[0.5, -np.inf], [np.nan, 1.0]])
    hatched = [patch for patch in figure.findobj(Rectangle) if patch.get_hatch()]
    assert sorted(patch.get_xy() for patch in hatched) == [(-0.5, 0.5), (0.5, -0.5)]


@pytest.mark.parametrize("token", ["$", "$x$", "$\\frac{", "a$b_c$d", "\\alpha"])
def test_a_token_is_written_as_it_is_and_not_as_mathematics(displayed, token):
    figure = heat_map(np.eye(2), [token, "b"], [token, "b"])
    show(figure, "what to see", "a map")
    label = figure.axes[0].get_yticklabels()[0].get_text()
    assert label.replace(r"\$", "$") == token
    assert not is_math_text(label)


def test_a_tensor_with_a_gradient_is_drawn():
    assert isinstance(heat_map(torch.eye(3, requires_grad=True)), Figure)


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (
            lambda: heat_map(np.ones((2, 4, 5, 5))),
            r"heat_map\(\) wants the shape \(T_q, T_k\).*\(2, 4, 5, 5\).*x\[0, 0\]",
        ),
        (lambda: heat_map(np.ones((2, 2)), ["one"]), r"query_labels=.*needs 2 labels.*given 1"),
        (lambda: head_grid(np.ones((2, 2))), r"head_grid\(\) wants the shape \(H, T_q, T_k\).*\(2, 2\)"),
        (lambda: mask_picture(np.ones((0, 2))), r"none of them empty.*\(0, 2\)"),
        (lambda: attention_flow([1, 2], [[1, 2, 3]], [[1]]), r"share D_k and T.*\(2,\), \(1, 3\) and \(1, 1\)"),
        (lambda: cost_curves([1, 2], {"naive": [1]}, "ms"), r"'naive', has 1 costs for 2 lengths"),
        (lambda: cost_curves([1, 2], {}, "ms"), "no series"),
        (lambda: loss_curves({}, "loss"), "no run"),
        (lambda: loss_curves({"a": []}, "loss"), r"run 'a', wants .*\(0\)"),
        (lambda: bars_with_spread({}, "accuracy"), "no entry"),
    ],
)
def test_what_can_not_be_drawn_is_named(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()


def test_heads_are_drawn_side_by_side_on_one_scale():
    heads = np.stack([np.eye(3), np.full((3, 3), 1 / 3)])
    figure = head_grid(heads, head_labels=["sharp", "soft"])
    images = [image for ax in figure.axes for image in ax.get_images()]
    assert {"sharp", "soft"} <= set(texts(figure))
    assert {image.get_clim() for image in images} == {(0.0, 1.0)}


def test_a_mask_picture_hatches_exactly_what_is_masked():
    mask = torch.ones(4, 5, dtype=torch.bool).tril()
    figure = mask_picture(mask)
    places = [patch.get_xy() for patch in figure.axes[0].patches if patch.get_hatch()]
    assert sorted(places) == sorted((k - 0.5, q - 0.5) for q in range(4) for k in range(5) if k > q)


def test_the_numbers_of_the_flow_are_those_of_attention():
    query, keys, values = (
        torch.randn(3, 4, generator=torch.Generator().manual_seed(0)),
        torch.eye(4),
        torch.arange(8.0).view(4, 2),
    )
    written = texts(attention_flow(query[0], keys, values))
    output = functional.scaled_dot_product_attention(query[:1], keys, values)[0]
    weights = functional.scaled_dot_product_attention(query[:1], keys, torch.eye(4))[0]
    for number in (*output, *weights):
        assert any(text in (f"{number:.2f}", f"{number:.2f}".rstrip("0").rstrip(".")) for text in written), number


def test_a_power_law_is_a_straight_line():
    ax = cost_curves([128, 256, 512], {"attention": [1, 4, 16]}, "ms").axes[0]
    points = ax.transData.transform(ax.lines[0].get_xydata())
    slopes = np.diff(points[:, 1]) / np.diff(points[:, 0])
    assert slopes[0] == pytest.approx(slopes[1])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("sequence length", "ms")


def test_every_seed_is_a_dot():
    table = {"1 head": [0.36, 0.38, 0.4], "4 heads": [1.0]}
    figure = bars_with_spread(table, "accuracy", chance=0.1)
    dots = [line.get_ydata().tolist() for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert dots == list(table.values())
    assert {"0.38", "1.00", "chance", "accuracy", "1 head", "4 heads"} <= set(texts(figure))


def test_a_short_run_is_drawn_as_it_is():
    curve = [3.0, 2.0, 2.5]
    figure = loss_curves({"run": curve}, "loss")
    assert figure.axes[0].lines[0].get_ydata().tolist() == curve
    assert {"run", "loss", "step"} <= set(texts(figure))


def test_a_long_run_is_drawn_as_its_mean_where_it_belongs():
    figure = loss_curves({"run": np.arange(1000.0)}, "loss")
    steps, means = figure.axes[0].lines[0].get_data()
    assert np.allclose(steps, means)


def test_a_run_that_diverges_is_named_where_it_was_last_seen():
    ax = loss_curves({"run": [2.0, 1.0, np.inf, np.nan], "never": [np.nan] * 3}, "loss").axes[0]
    names = {text.get_text(): text.xy[1] for text in ax.texts}
    assert names.keys() == {"run", "never"}
    assert np.isfinite(list(names.values())).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_names_keep_their_order_and_do_not_overlap(heights):
    placed = spread({str(index): height for index, height in enumerate(heights)})
    order = sorted(placed.values())
    assert all(high - low > 0.0749 for low, high in zip(order[:-1], order[1:], strict=True))
    assert order[0] > -1e-9
    for first in range(len(heights)):
        for second in range(len(heights)):
            assert heights[first] <= heights[second] or placed[str(first)] > placed[str(second)]


@pytest.mark.parametrize("size", KEY_SIZES)
def test_scores_spread_with_the_root_of_the_key_size_and_scaling_undoes_it(size):
    assert score_summary(size, scaled=False).spread == pytest.approx(np.sqrt(size), rel=0.1)
    assert score_summary(size, scaled=True).spread == pytest.approx(1, rel=0.1)


def test_without_scaling_the_softmax_saturates():
    assert score_summary(512, scaled=False).entropy < 0.1 * score_summary(512, scaled=True).entropy
    assert score_summary(512, scaled=False).gradient < 0.25 * score_summary(512, scaled=True).gradient


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=6))
def test_the_gradient_norm_is_that_of_autograd(scores):
    row = torch.tensor(scores, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda s: s.softmax(-1), row)
    norm = softmax_gradient_norm(row.softmax(-1).numpy())
    assert norm == pytest.approx(float(torch.linalg.matrix_norm(jacobian)), abs=1e-12)


@pytest.mark.parametrize(("weights", "bits"), [([1.0, 0, 0, 0], 0), ([0.25] * 4, 2), ([0.5, 0.5, 0, 0], 1)])
def test_entropy_counts_the_keys_attended_to(weights, bits):
    assert entropy_bits(np.array(weights)) == pytest.approx(bits)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.booleans(), st.integers(0, 6), st.integers(0, 6))
def test_the_mask_allows_what_every_restriction_allows(queries, keys, causal, padding, window):
    mask = explorer_mask(queries, keys, causal, padding, window)
    assert mask.shape == (queries, keys)
    for query in range(queries):
        for key in range(keys):
            real, past, near = key < keys - padding, key <= query, abs(query - key) <= window
            assert mask[query, key] == (real and near and (past or not causal))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.booleans())
def test_masked_weights_are_those_of_pytorch_and_zero_where_nothing_is_allowed(seed, huge):
    draws = np.random.default_rng(seed)
    scores = draws.normal(size=(4, 5)) * (1e4 if huge else 1)
    mask = draws.random((4, 5)) < 0.5
    weights = masked_softmax(scores, mask)
    expected = torch.tensor(scores).masked_fill(~torch.tensor(mask), -torch.inf).softmax(-1).nan_to_num(0.0)
    assert np.allclose(weights, expected.numpy())


def test_looks_at_names_the_heaviest_keys_first():
    weights = np.array([[0.1, 0.6, 0.3]])
    assert looks_at(weights, ["a", "b", "c"], 0, count=2) == [("b", 0.6), ("c", 0.3)]


def test_looks_at_leaves_out_what_is_near_zero():
    assert looks_at(np.array([[0.0, 1.0, 0.0]]), ["a", "b", "c"], 0) == [("b", 1.0)]


def test_a_query_that_attends_to_nothing_is_said_to():
    frame = head_frame(["a", "b"], np.array([[0.0, 0.0], [0.5, 0.5]]), 0, "head 1")
    assert "“a” attends most to nothing in particular." in frame.sentence


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_a_head_is_drawn_well_formed_whatever_the_tokens(tokens):
    frame = head_frame(tokens, np.full((len(tokens), len(tokens)), 1 / len(tokens)), 0, "head 1")
    drawing = ElementTree.fromstring(frame.picture)
    written = [text.text or "" for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    for token in tokens:
        if token.isprintable() and len(token) <= 14:
            assert token in written


def test_a_head_says_what_the_chosen_query_attends_to():
    weights = np.array([[0.1, 0.9], [0.75, 0.25]])
    assert "“sat” attends most to “cat” 0.75, “sat” 0.25." in head_frame(["cat", "sat"], weights, 1, "head 1").sentence


def test_faint_weights_get_no_ray_and_the_reader_is_told():
    frame = head_frame(["a", "b"], np.array([[0.99, 0.01], [0.5, 0.5]]), 0, "head 1")
    assert "0.99" in frame.picture and ">0.01<" not in frame.picture
    assert "those below 0.02 are left out" in frame.sentence


def test_the_scores_picture_states_its_numbers():
    frame = scores_frame(64, scaled=False)
    ElementTree.fromstring(frame.picture)
    assert "standard deviation of 8.0" in frame.sentence
    assert "standard deviation 8.0" in frame.picture


def test_masked_scores_are_minus_infinity_and_their_weights_zero():
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", mask_frame(2, 2, True, 0, 6).picture)
    scores, mask, masked, weights = (table[1:] for table in np.array_split(cells, 4))
    assert list(mask) == ["T", "F", "T", "T"]
    assert list(masked) == [scores[0], "−∞", scores[2], scores[3]]
    assert list(weights[:2]) == ["1.00", "0.00"]


def test_a_query_with_nothing_to_attend_to_is_pointed_out():
    assert "q0, q1 may attend to nothing: the weights are zeros, not NaN." in mask_frame(2, 3, False, 3, 6).sentence


@pytest.mark.parametrize(
    ("explorer", "control", "value"),
    [
        (explorers.scaled_scores_explorer, "key_size", 4),
        (explorers.scaled_scores_explorer, "scaled", True),
        (explorers.mask_explorer, "queries", 3),
        (explorers.mask_explorer, "keys", 2),
        (explorers.mask_explorer, "causal", False),
        (explorers.mask_explorer, "padding", 2),
        (explorers.mask_explorer, "window", 1),
        (lambda: explorers.heads_explorer(TOKENS, attention(2, 4)), "head", 2),
        (lambda: explorers.heads_explorer(TOKENS, attention(2, 4)), "query", 3),
        (lambda: explorers.heads_explorer(TOKENS, attention(4, 4).reshape(2, 2, 4, 4)), "layer", 2),
    ],
)
def test_the_frame_follows_every_control(explorer, control, value):
    live = explorer()
    before = live.html
    live.controls[control].value = value
    assert live.html != before


def test_the_frames_for_no_kernel_and_the_live_explorer_are_two_outputs(displayed):
    explorers.mask_explorer()._ipython_display_()
    still, live = displayed
    assert "<iframe" in still["text/html"] and "application/vnd.jupyter.widget-view+json" not in still
    assert "application/vnd.jupyter.widget-view+json" in live and "text/html" not in live


@pytest.mark.parametrize("explorer", [explorers.scaled_scores_explorer, explorers.mask_explorer])
def test_the_frame_shown_first_without_a_kernel_is_the_one_shown_live(explorer):
    live = explorer()
    sentence = re.search(r"<p>(.*?)</p>", live.html)
    assert sentence is not None
    assert sentence[1] in live.still


def test_an_explorer_takes_little_of_a_notebook():
    sizes = [
        len(explorers.scaled_scores_explorer().still),
        len(explorers.mask_explorer().still),
        len(explorers.heads_explorer([f"token{index}" for index in range(16)], attention(12, 16)).still),
    ]
    assert max(sizes) < 150_000


def test_many_heads_are_represented_by_the_most_decided():
    soft = np.full((1, 30, 30), 1 / 30)
    heads = np.concatenate([soft] * 20 + [np.eye(30)[None]])
    page = inner_page(explorers.heads_explorer(["w"] * 30, heads).still)
    assert "head 21" in page and "head 20" not in page


def test_named_heads_keep_their_names_in_every_frame():
    explorer = explorers.heads_explorer(["a", "b"], attention(2, 2), names=["layer 1, head 3", "layer 6, head 12"])
    explorer.controls["head"].value = 2
    assert "layer 6, head 12" in explorer.html
    assert "layer 1, head 3" in inner_page(explorer.still)
    with pytest.raises(ValueError, match="2 labels"):
        explorers.heads_explorer(["a", "b"], attention(2, 2), names=["only one"])
    with pytest.raises(ValueError, match="one layer"):
        explorers.heads_explorer(["a", "b"], attention(4, 2).reshape(2, 2, 2, 2), names=["x", "y"])


def test_tokens_and_titles_are_escaped():
    live = explorers.heads_explorer(["<b>", "&amp;"], attention(1, 2), title="<i>x</i>")
    for page in (live.html, live.still, inner_page(live.still)):
        assert "<b>" not in page and "<i>" not in page


def test_weights_that_do_not_fit_the_tokens_are_named():
    with pytest.raises(ValueError, match=r"given 3 tokens.*\(3, 3\).*\(4, 4\)"):
        explorers.heads_explorer(["a", "b", "c"], attention(2, 4))


class _FrameSource(HTMLParser):
    source = ""

    def handle_starttag(self, tag, attrs):
        if tag == "iframe":
            self.source = dict(attrs)["src"]


def inner_page(still: str) -> str:
    parser = _FrameSource()
    parser.feed(still)
    return base64.b64decode(parser.source.split(",", 1)[1]).decode()

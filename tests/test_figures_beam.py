"""The explorer of beams searches as the course defines it, and says what it has found."""

import math

import pytest

from figures.beam_explorer import beam_explorer, beam_frame, score
from figures.decoding import Beginning, Node, searched

TREE = {
    (): {"the": 0.5, "a": 0.4, "EOS": 0.1},
    ("the",): {"cat": 0.4, "dog": 0.35, "EOS": 0.25},
    ("a",): {"cat": 0.9, "dog": 0.06, "EOS": 0.04},
    ("the", "cat"): {"EOS": 1.0},
    ("a", "cat"): {"EOS": 1.0},
    ("the", "dog"): {"EOS": 1.0},
}


def asked(question: str):
    if question != "the tree":
        raise ValueError("there is one tree only")
    return TREE.get


def text_of(levels, beam=2, step=9, penalty=0.0) -> str:
    return str(beam_frame(levels, beam, step, penalty).html())


def test_what_has_ended_keeps_its_place_in_the_beam() -> None:
    levels = searched({(): {"a": 0.5, "EOS": 0.4, "b": 0.1}, ("a",): {"c": 0.6, "d": 0.4}}.get, 2)
    assert [sum(node.kept for node in level) for level in levels] == [2, 1]


def test_a_search_that_never_ends_is_cut_off() -> None:
    assert len(searched(lambda beginning: {"on": 1.0}, 1, longest=7)) == 7


def test_greedy_and_a_beam_of_two_find_different_sentences() -> None:
    found = [beam_frame(searched(TREE.get, size), size, 9, 0.0).sentence for size in (1, 2)]
    assert "Found: “the cat EOS”, probability .200." in found[0]
    assert "Found: “a cat EOS”, probability .360." in found[1]


def test_before_the_end_nothing_is_found_and_who_is_alive_is_named() -> None:
    sentence = beam_frame(searched(TREE.get, 2), 2, 1, 0.0).sentence
    assert "Alive: “the” .500; “a” .400." in sentence
    assert "Found" not in sentence


def test_a_step_beyond_the_end_shows_the_end() -> None:
    levels = searched(TREE.get, 2)
    assert text_of(levels, step=3) == text_of(levels, step=16)


def test_the_length_penalty_can_make_a_longer_hypothesis_win() -> None:
    tree = {(): {"EOS": 0.5, "a": 0.5}, ("a",): {"EOS": 0.9, "b": 0.1}}
    found = [beam_frame(searched(tree.get, 2), 2, 9, penalty).sentence for penalty in (0.0, 1.0)]
    assert "“EOS”" in found[0]
    assert "“a EOS”, score −0.40" in found[1]


def test_a_score_is_the_log_over_the_length_to_the_power_of_the_penalty() -> None:
    node = Node(("a", "b", "c", "EOS"), 0.25, 0.5, True)
    assert score(node, 0.5) == pytest.approx(math.log(0.25) / 2)
    assert score(Node(("a",), 0.0, 0.0, True), 1.0) == -math.inf


def test_of_a_long_search_the_last_steps_and_the_likeliest_candidates_are_drawn() -> None:
    def following(beginning: Beginning) -> dict[str, float]:
        return {chr(97 + n): 0.1 for n in range(10)} if len(beginning) < 8 else {"EOS": 1.0}

    picture = text_of(searched(following, 1), beam=1)
    assert "step 9" in picture and "step 5" in picture and "step 4" not in picture
    assert "+ 3 more" in picture


def test_the_explorer_refuses_politely_what_cannot_be_asked() -> None:
    explorer = beam_explorer(asked, ["the tree"], {"the end": {}, "greedy": {"beam": 1}})
    explorer.controls["question"].value = "the <forest>"
    assert "“the &lt;forest&gt;” can&#39;t be searched: there is one tree only" in explorer.html
    explorer.controls["question"].value = "the tree"
    explorer.controls["step"].value = 2
    assert "Alive" in explorer.html


def test_an_explorer_without_a_question_is_refused() -> None:
    with pytest.raises(ValueError, match="no question"):
        beam_explorer(asked, [], {})

"""The picture: who stands in it, which arrows there are, and that nothing covers or leaves it."""

import pytest

from platforms.rules.flows import Facts, Kind, Node, Party, build, stacked, wide

HEADS = ["a", "b", "c", "d"]
COMPANY = Node("company", Kind.COMPANY, "Mediux AI", "US")
DATABASE = Node("system-db", Kind.SYSTEM, "Product database")


def party(key, kind=Kind.PROCESSOR, country="US", **fields):
    """Return somebody with a name that needs two lines."""
    return Party(
        Node(key, kind, f"The company that is called {key}", country, country), ("payment",), **fields
    )


def facts(processors=3, below=2):
    """Return an inventory."""
    subs = tuple(party(f"sub{n}", Kind.SUBPROCESSOR, "IE") for n in range(below))
    many = [party(f"p{n}", country="US" if n % 2 else "DE") for n in range(processors)]
    first = party("host", runs=("system-db",), below=subs, lacks=("No contract.",))
    return Facts(COMPANY, [party("people", Kind.SOURCE)], [DATABASE], [first, *many])


def test_arrows_go_from_people_to_the_company_to_processors_and_on():
    graph = build(facts(processors=1))
    pairs = [(arrow.source.key, arrow.target.key) for arrow in graph.arrows]
    assert pairs == [
        ("people", "company"), ("system-db", "host"), ("host", "sub0"), ("host", "sub1"), ("company", "p0"),
    ]  # fmt: skip
    assert [arrow.number for arrow in graph.arrows] == [1, 2, 3, 4, 5]
    assert graph.incomplete == 1


def test_a_processor_of_an_unknown_system_gets_its_data_from_the_company():
    graph = build(Facts(COMPANY, [], [DATABASE], [party("host", runs=("system-gone",))]))
    assert [(arrow.source.key, arrow.target.key) for arrow in graph.arrows] == [("company", "host")]


@pytest.mark.parametrize("many", [0, 1, 12, 40])
def test_boxes_stay_inside_and_apart(many):
    graph = build(facts(processors=many, below=many))
    for picture in (wide(graph, HEADS), stacked(graph)):
        for one in picture.boxes:
            assert one.x >= 0
            assert one.x + one.w <= picture.width
            assert one.y + one.h <= picture.height
            assert all(words.y < one.y + one.h for words in one.words)
        for number, one in enumerate(picture.boxes):
            for other in picture.boxes[number + 1 :]:
                apart_x = one.x + one.w <= other.x or other.x + other.w <= one.x
                assert apart_x or one.y + one.h <= other.y or other.y + other.h <= one.y


@pytest.mark.parametrize("make", [lambda graph: wide(graph, HEADS), stacked])
def test_every_arrow_is_drawn_once_with_its_number(make):
    graph = build(facts())
    picture = make(graph)
    assert sorted(line.arrow.number for line in picture.lines) == [one.number for one in graph.arrows]
    assert [line.lacking for line in picture.lines].count(True) == 1
    assert all(0 < line.x < picture.width and 0 < line.y < picture.height for line in picture.lines)


def test_processors_stand_in_a_frame_of_their_country():
    picture = wide(build(facts(processors=4)), HEADS)
    assert [frame.name for frame in picture.frames] == ["", "US", "DE", "IE"]


def test_a_long_name_is_cut_and_a_long_word_too():
    long = Node(
        "x", Kind.PROCESSOR, "Donaudampfschifffahrtsgesellschaftskapitänsmütze und Söhne und Töchter AG"
    )
    picture = stacked(build(Facts(COMPANY, [], [], [Party(long)])))
    words = [words.text for one in picture.boxes for words in one.words if one.node is long]
    assert len(words) == 2
    assert words[0].endswith("…")
    assert all(len(text) <= 42 for text in words)

import json
import tomllib
from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold import answers, catalog
from dltemplates.scaffold.files import File
from dltemplates.scaffold.render import render
from tests.scaffold.small_template import MANIFEST, write_template


def rendered(
    folder: Path, *settings: str, title: str = "My App", package: str = "photos"
) -> dict[str, File]:
    template = catalog.find(str(folder))
    resolved = answers.resolve(template, answers.from_settings(settings, template))
    files = render(template, resolved.values, title=title, package=package, folder=title)
    assert [file.path for file in files] == sorted(file.path for file in files)
    return {file.path: file for file in files}


def one(tmp_path: Path, text: str, *settings: str, name: str = "file.txt", **names: str) -> str:
    folder = write_template(tmp_path / "t", files={name: text})
    return rendered(folder, *settings, **names)[name].data.decode()


def test_conditions_choose_files_and_vanish_from_paths(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "t")
    usual = {
        "README.md", "config.toml", ".gitignore", ".github/workflows/ci.yml", "logo.png", "run.sh",
        "photos/__init__.py", "photos/model.py",
    }  # fmt: skip
    assert set(rendered(folder)) == usual | {"photos/blocks.py"}
    assert set(rendered(folder, "network=plain")) == usual
    assert set(rendered(folder, "network=plain", "ema=true")) == usual | {"photos/average.py"}
    assert set(rendered(folder, "ema=true")) == usual | {"photos/blocks.py"}


def test_statements_take_their_line_and_nothing_else(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "t")
    plain = rendered(folder, "network=plain")["photos/model.py"].data.decode()
    assert plain == '"""The network of photos."""\n\n\ndef build() -> str:\n    return "plain"\n'
    resnet = rendered(folder)["photos/model.py"].data.decode()
    assert resnet == (
        '"""The network of photos."""\n\nfrom photos.blocks import block\n\n\n'
        "def build() -> str:\n    return block()\n"
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("my_app.my_app my_app's my_app은 my_app-x", "p.p p's p은 p-x"),
        ("my_application not_my_app my_app2 MY_APP", "my_application not_my_app my_app2 MY_APP"),
        ("{{ a }} {% b %} {# c #} ${d} %s", "{{ a }} {% b %} {# c #} ${d} %s"),
        ("<< title >> << folder >> << package >>", "not my_app not my_app p"),
        ("<< template >> << template_version >>", "small 1.2.0"),
        ('cat << "<<" >>EOF', "cat <<EOF"),
        ("a\n#% if ema\nb\n#% endif\n\n\nc", "a\n\n\nc"),
        ("a\n    #%if not ema\n    b\n    #%   endif\nc\n", "a\n    b\nc\n"),
        ("#% for n in [1, 2]\n<< n >>,\n#% endfor", "1,\n2,\n"),
        ("price #% not a statement", "price #% not a statement"),
        ("no newline at the end", "no newline at the end"),
        ("<< width >>\n", "64\n"),
        ("한글 << '값' >>", "한글 값"),
    ],
)
def test_text(tmp_path: Path, text: str, result: str) -> None:
    assert one(tmp_path, text, title="not my_app", package="p") == result


@pytest.mark.parametrize(
    "value", ['a"b', "back\\slash", "\\n", "한글 🌸", "it's", '"""', "<< ema >>", "#% if ema"]
)
def test_values_survive_as_literals(tmp_path: Path, value: str) -> None:
    assert (
        tomllib.loads(one(tmp_path, "v = << path | toml >>", f"path={value}", name="f.toml"))["v"]
        == value
    )
    scope: dict[str, object] = {}
    exec(one(tmp_path, "v = << path | py >>", f"path={value}", name="f.py"), scope)
    assert scope["v"] == value


@pytest.mark.parametrize(
    ("setting", "toml"),
    [
        ("rate=auto", '"auto"'),
        ("rate=1e-7", "1e-07"),
        ("rate=1", "1.0"),
        ("rate=1e30", "1e+30"),
        ("ema=yes", "true"),
        ("width=8", "8"),
    ],
)
def test_toml(tmp_path: Path, setting: str, toml: str) -> None:
    name = setting.split("=")[0]
    text = one(tmp_path, f"v = << {name} | toml >>", setting, name="f.toml")
    assert text == f"v = {toml}"
    tomllib.loads(text)


def test_other_bytes_are_copied(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "t", files={"old.txt": "한글 << title >>".encode("cp949")})
    files = rendered(folder)
    assert files["logo.png"].data == b"\x89PNG\x00my_app << title >>"
    assert files["old.txt"].data == "한글 << title >>".encode("cp949")


def test_executable_files_stay_executable(tmp_path: Path) -> None:
    files = rendered(write_template(tmp_path / "t"))
    assert [path for path, file in files.items() if file.executable] == ["run.sh"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("f.txt", "one\n<< widht >>\n", "f.txt:2: 'widht' is undefined"),
        ("f.txt", "one\n\n#% if widht\n#% endif\n", "f.txt:3: 'widht' is undefined"),
        ("f.txt", "#% if ema\n", "f.txt:1: "),
        ("f.txt", "one\n#% endif\n", "f.txt:2: "),
        ("f.txt", "a\nb\n<< 1 / 0 >>\n", "f.txt:3: division by zero"),
        ("f.txt", "<< title | shout >>", "f.txt:1: No filter named 'shout'"),
        ("f.txt", "<< title.__class__.__mro__ >>", "f.txt:1: access to attribute '__class__'"),
        ("f.txt", "x = 1 << 3", "f.txt:1: "),
        ("my_app/f.py", "def f(:\n", "renders to a broken photos/f.py"),
        ("my_app/f.py", "x = 1\n\ny = << title >>\n", "Line 3 of the result: y = My App"),
        ("f.toml", "a = 1\nb = << ema >>\n", "Line 2 of the result: b = False"),
        ("f.json", '{"a": 1,}', "renders to a broken f.json"),
        ("f.yml", "a:\n\tb: 1\n", "indented with spaces, not tabs"),
    ],
)
def test_a_fault_names_the_file_and_the_line(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    folder = write_template(tmp_path / "t", files={name: text})
    with pytest.raises(TemplateError) as caught:
        rendered(folder)
    assert expected in str(caught.value)
    assert str(folder / "project" / name) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("net=resnet/f", "no parameter 'net'"),
        ("network=resnett/f", "Did you mean 'resnet'"),
        ("network=plain/ema=perhaps/f", "expected true or false"),
        ("network=resnet/README.md", "comes to the same place as"),
        ("ema=true", "a condition is the name of a folder"),
        ("readme.md", "where case does not count"),
        ("network=resnet/config.toml/f", "needs the folder 'config.toml'"),
        (".git/hooks/post-checkout", "may not write .git"),
        ("a/.GIT/config", "may not write .GIT"),
        (".dltemplates/project.json", "may not write .dltemplates"),
        ("a\\..\\..\\up", "which Windows does not allow"),
        ("c:f", "which Windows does not allow"),
        ("aux.py", "is a device on Windows"),
        ("-f", "begins with a hyphen"),
    ],
)
def test_refused_paths(tmp_path: Path, name: str, expected: str) -> None:
    folder = write_template(tmp_path / "t", files={name: ""})
    with pytest.raises(TemplateError) as caught:
        rendered(folder)
    assert expected in str(caught.value)


def test_refuses_links(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "t")
    (tmp_path / "secret").write_text("s")
    link = folder / "project/link"
    for target in (tmp_path / "secret", tmp_path, tmp_path / "nothing"):
        link.symlink_to(target)
        with pytest.raises(TemplateError, match="no links"):
            rendered(folder)
        link.unlink()


def test_leaves_out_what_tools_leave_behind(tmp_path: Path) -> None:
    folder = write_template(
        tmp_path / "t",
        files={"my_app/__pycache__/model.pyc": b"\0", ".ruff_cache/x": "", ".DS_Store": b"\0"},
    )
    assert set(rendered(folder)) == set(rendered(write_template(tmp_path / "clean")))


def test_the_template_goes_before_the_shared_files(tmp_path: Path) -> None:
    shared = tmp_path / "_shared/project"
    (shared / "my_app").mkdir(parents=True)
    (shared / "README.md").write_text("shared")
    (shared / "my_app/shared.py").write_text("x = 1\n")
    write_template(tmp_path / "small", manifest=MANIFEST.replace("shared = false", ""))
    template = catalog.find("small", tmp_path)
    values = answers.resolve(template, {}).values
    files = {
        file.path: file.data
        for file in render(template, values, title="T", package="p", folder="t")
    }
    assert files["README.md"].startswith(b"# T\n")
    assert files["p/shared.py"] == b"x = 1\n"


def test_our_own_templates_render_with_every_value_of_every_choice() -> None:
    for template in catalog.templates():
        for name, parameter in template.parameters.items():
            values = parameter.choices or ((True, False) if parameter.type == "bool" else ())
            for value in values:
                needed = {other: wanted[0] for other, wanted in parameter.when.items()}
                resolved = answers.resolve(template, needed | {name: value})
                files = render(
                    template, resolved.values, title="꽃 v2", package="kkot", folder="꽃 v2"
                )
                for file in files:
                    assert b"my_app" not in file.data, file.path
                    assert b"#%" not in file.data, file.path


def test_json_is_checked_as_rendered(tmp_path: Path) -> None:
    assert json.loads(one(tmp_path, '{"w": << width >>}', name="f.json")) == {"w": 64}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("꽃" * 30, "꽃" * 30),
        ("꽃" * 31, "꽃" * 29 + "…"),
        ("a" * 58 + " bc", "a" * 58 + "…"),
    ],
)
def test_a_long_title_is_cut_where_a_line_of_code_ends(
    tmp_path: Path, title: str, expected: str
) -> None:
    assert one(tmp_path, "<< title | short >>", title=title) == expected

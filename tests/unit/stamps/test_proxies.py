from __future__ import annotations

import pytest

from firedoor.stamps.proxies import proxies

PROXY, OTHER = "http://proxy:3128", "http://other:3128"


@pytest.mark.parametrize(
    ("url", "variables", "expected"),
    [
        ("http://s3:9000", {}, {}),
        ("http://s3:9000", {"HTTP_PROXY": PROXY}, {"http": PROXY}),
        ("http://s3:9000", {"http_proxy": PROXY}, {"http": PROXY}),
        ("http://s3:9000", {"http_proxy": PROXY, "HTTP_PROXY": OTHER}, {"http": PROXY}),
        ("http://s3:9000", {"HTTP_PROXY": OTHER, "http_proxy": PROXY}, {"http": PROXY}),
        ("http://s3:9000", {"HTTP_PROXY": OTHER, "http_proxy": ""}, {"http": OTHER}),
        ("http://s3:9000", {"HTTP_PROXY": ""}, {}),
        ("http://s3:9000", {"HTTPS_PROXY": PROXY}, {}),
        ("https://s3:9000", {"HTTPS_PROXY": PROXY, "HTTP_PROXY": OTHER}, {"https": PROXY}),
        ("https://s3:9000", {"ALL_PROXY": PROXY}, {"https": PROXY}),
        ("https://s3:9000", {"ALL_PROXY": PROXY, "HTTPS_PROXY": OTHER}, {"https": OTHER}),
        ("http://s3:9000", {"HTTP_PROXY": PROXY, "NO_PROXY": "s3"}, {}),
        ("http://u:p@s3:9000/x", {"HTTP_PROXY": PROXY, "no_proxy": "a, s3"}, {}),
        ("http://s3:9000", {"HTTP_PROXY": PROXY, "NO_PROXY": "*"}, {}),
        ("http://s3:9000", {"HTTP_PROXY": PROXY, "NO_PROXY": "s4"}, {"http": PROXY}),
        ("http://a.s3.test", {"HTTP_PROXY": PROXY, "NO_PROXY": ".s3.test"}, {}),
        ("http://s3:9000", {"HTTP": PROXY, "http": PROXY}, {}),
        ("http://s3:9000", {"Http_Proxy": PROXY}, {"http": PROXY}),
        ("http://s3:9000", {"MY_HTTP": PROXY, "PROXY": PROXY}, {}),
    ],
)
def test_the_proxy_that_the_environment_names(
    url: str, variables: dict[str, str], expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://of-the-process:1")
    monkeypatch.setenv("NO_PROXY", "" if expected else "elsewhere")
    assert proxies(url, variables) == expected

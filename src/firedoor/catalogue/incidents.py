"""Public incidents behind the rules: what happened, and where it is told."""

INCIDENTS = {
    "github": (
        (
            "GitHub, 2010: the application used production unless told otherwise, and a test run recreated "
            "the production database."
        ),
        "https://github.blog/news-insights/today-s-outage",
    ),
    "travis": (
        (
            "Travis CI, 2018: a stale terminal still exported production's DATABASE_URL; the test suite "
            "truncated it."
        ),
        "https://www.traviscistatus.com/incidents/z2b3lz2kwcfp",
    ),
    "digitalocean": (
        "DigitalOcean, 2017: tests ran with production's credentials and deleted the primary database.",
        "https://www.digitalocean.com/company/blog/update-on-the-april-5th-2017-outage",
    ),
    "first-day": (
        (
            '"First day on the job", 2017: the setup document held production\'s address; following it wiped '
            "production."
        ),
        "https://news.ycombinator.com/item?id=14476421",
    ),
    "keepthescore": (
        "Keepthescore, 2020: a wipe that was meant for localhost only reached production.",
        "https://keepthescore.co/blog/posts/deleting_the_production_database",
    ),
    "resend": (
        "Resend, 2024: a migration started on a laptop pointed at production.",
        "https://resend.com/blog/incident-report-for-february-21-2024",
    ),
    "patreon": (
        "Patreon, 2015: a public server ran its debugger with a copy of production's data.",
        "https://gigi.nullneuron.net/gigilabs/lessons-learned-from-the-patreon-security-breach",
    ),
    "imperva": (
        "Imperva, 2019: a test instance and an exposed key opened a copy of production's database.",
        "https://www.imperva.com/blog/ceoblog",
    ),
    "storm-0558": (
        "Storm-0558, 2023: a signing key left production and was accepted where it should not have been.",
        "https://msrc.microsoft.com/blog/2023/09",
    ),
    "laravel": (
        "Laravel debug pages: API tokens were harvested from production sites that ran with debugging on.",
        "https://postmarkapp.com/blog/laravel-debug-mode-could-expose-your-api-keys",
    ),
    "lobu": (
        "lobu-ai/lobu#989: integration tests with production's DATABASE_URL ran DROP SCHEMA.",
        "https://github.com/lobu-ai/lobu/issues/989",
    ),
    "indexnetwork": (
        (
            "indexnetwork/index#1312: TEST_DATABASE_SAFE=1 was set while .env.test pointed at production's "
            "database."
        ),
        "https://github.com/indexnetwork/index/issues/1312",
    ),
    "suna": (
        (
            "kortix-ai/suna#7000: ten secrets of development and staging were production's, byte for byte, "
            "and 34 to 90 keys were missing in each environment."
        ),
        "https://github.com/kortix-ai/suna/issues/7000",
    ),
}

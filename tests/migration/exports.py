"""Small exports of our own making, in the forms of the programs they stand for."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n-not-a-picture-but-bytes"

HUGO: Mapping[str, str | bytes] = {
    "hugo.toml": 'title = "Old"\n[permalinks]\nposts = "/:year/:month/:slug/"\n',
    "content/posts/first.md": (
        "+++\ntitle = 'The first'\ndate = 2023-02-03T10:00:00+01:00\ntags = ['feeds', 'mail']\n"
        "aliases = ['/old/first.html']\nweight = 3\n+++\n\nHello, ![a bird](/img/bird.png).\n"
    ),
    "content/posts/second/index.md": (
        "---\ntitle: The second\ndate: 2023-03-04\nslug: two\n---\n"
        "\nA ![map](map.png) and {{< youtube abc >}}.\n"
    ),
    "content/posts/second/map.png": PNG,
    "content/posts/unsaid.md": "---\ntitle: Not said\ndate: 2023-04-01\ndraft: true\n---\nSecret words.\n",
    "content/posts/_index.md": "---\ntitle: Posts\n---\nAll posts.\n",
    "content/posts/broken.md": "---\ntitle: [open\n---\nText.\n",
    "content/links/a-link.md": (
        "---\ntitle: Linked\ndate: 2023-05-05\nlink: https://other.example/story\n---\nWorth reading.\n"
    ),
    "content/imprint.md": "---\ntitle: Imprint\n---\nWho we are.\n",
    "static/img/bird.png": PNG,
    "static/unused.png": PNG,
}

JEKYLL: Mapping[str, str | bytes] = {
    "_config.yml": "title: Old\ntimezone: Europe/Berlin\n",
    "_posts/2022-01-02-hello-world.md": (
        "---\nlayout: post\ntitle: Hello\ncategories: weekly notes\ntags: [a, b]\n---\n"
        "See ![x]({{ site.baseurl }}/assets/x.png).\n\n{% highlight python %}\n"
        "print(1)\n{% endhighlight %}\n\n"
        "{% include note.html %} and `{% not a tag %}`.\n"
    ),
    "_posts/2022-02-03-hidden.md": "---\ntitle: Hidden\npublished: false\n---\nSecret words.\n",
    "_drafts/idea.md": "---\ntitle: Idea\n---\nSecret words.\n",
    "about.md": "---\ntitle: About\npermalink: /about/\n---\nUs.\n",
    "index.md": "---\nlayout: home\n---\n",
    "assets/x.png": PNG,
    "_layouts/post.html": "---\nlayout: default\n---\n{{ content }}",
}

SUBSTACK: Mapping[str, str | bytes] = {
    "posts.csv": (
        "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
        "101.a-letter,2024-03-01T10:00:00.000Z,true,2024-03-01T10:05:00.000Z,,newsletter,everyone,"
        '"A letter, first",'
        "What it is,\n"
        "102.for-payers,2024-04-01T10:00:00.000Z,true,2024-04-01T10:00:00.000Z,,newsletter,only_paid,Paid,,\n"
        "103.idea,,false,,,newsletter,everyone,Idea,,\n"
        "104.about,2024-01-01T00:00:00.000Z,true,,,page,everyone,About us,,\n"
        "105.lost,2024-05-01T10:00:00.000Z,true,,,newsletter,everyone,Lost,,\n"
    ),
    "posts/101.a-letter.html": (
        '<h2>Part</h2><p onclick="x()">One <strong>word</strong> &amp; '
        '<a href="javascript:alert(1)">two</a>.</p>'
        "<script>alert(1)</script>"
        '<div class="subscription-widget-wrap"><p>Subscribe now!</p><form><input></form></div>'
        '<p class="button-wrapper"><a href="https://shop.example/book">Buy the book</a></p>'
        '<div class="youtube-wrap" data-attrs=\'{"videoId":"abc"}\'>'
        '<iframe src="https://x.example"></iframe></div>'
        '<img src="https://substackcdn.com/image/fetch/w_1,c_limit/'
        'https%3A%2F%2Fimages.example%2Fa.png" alt="A dog">'
    ),
    "posts/102.for-payers.html": "<p>Secret words.</p>",
    "posts/103.idea.html": "<p>Secret words.</p>",
    "posts/104.about.html": "<p>We write.</p>",
    "posts/101.a-letter.delivers.csv": "email\n",
    "email_list.old.csv": (
        "email,active_subscription,email_disabled\nada@example.org,false,false\nbo@example.org,,true\nnobody,,\n"
    ),
    "notes.txt": "what is this",
}

BUTTONDOWN: Mapping[str, str | bytes] = {
    "emails.json": (
        '[{"id": "em1", "subject": "Number one", "publish_date": "2023-01-02 16:55:00+00:00", "slug": "one", '
        '"source": "app", "open_rate": 0.5},'
        ' {"id": "em2", "subject": "Fancy", "publish_date": "2023-01-05 13:00:00+00:00", "slug": "fancy"},'
        ' {"id": "em3", "subject": "Premium", "publish_date": "2023-01-06 13:00:00+00:00", "slug": "premium",'
        ' "email_type": "premium", "status": "sent"},'
        ' {"id": "em4", "subject": "Idea", "slug": "idea", "status": "draft"}]'
    ),
    "emails/one.md": "Hello *you*, {{ subscriber.metadata.name }}.\n",
    "emails/fancy.md": "<!-- buttondown-editor-mode: fancy --><h2>Head</h2><p>Text</p>",
    "emails/premium.md": "Secret words.\n",
    "emails/idea.md": "Secret words.\n",
    "subscribers.csv": "email,type,notes\nada@example.org,regular,x\nbo@example.org,unsubscribed,\n",
}

ALL = {"hugo": HUGO, "jekyll": JEKYLL, "substack": SUBSTACK, "buttondown": BUTTONDOWN}


def folder(files: Mapping[str, str | bytes], at: Path) -> Path:
    for name, held in files.items():
        path = at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held if isinstance(held, bytes) else held.encode())
    return at


def archive(files: Mapping[str, str | bytes], at: Path, top: str = "") -> Path:
    with zipfile.ZipFile(at, "w") as made:
        for name, held in files.items():
            made.writestr(f"{top}{name}", held)
    return at

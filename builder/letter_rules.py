"""What is looked for in a letter before it leaves the house: code, level, title, explanation.

`builder.rules` makes them part of the one register.
"""

from builder.model import Level

LETTER: tuple[tuple[str, Level, str, str], ...] = (
    (
        "M101",
        Level.ERROR,
        "no subject",
        """
A letter without a subject is taken for spam. Give the edition a `title`, or a `subject` of its own.
""",
    ),
    (
        "M102",
        Level.WARNING,
        "a subject that is short, or that clients cut",
        """
Phones show some 40 characters and desks some 70 of a subject. Say what matters in the first 40, and keep
it between 8 and 70.
""",
    ),
    (
        "M103",
        Level.WARNING,
        "a preheader that is missing, short or cut",
        """
Clients show the preheader beside the subject: between 30 and 130 characters are seen whole. Without one
they take the first words of the letter, which are a link. Set `preheader` in the edition.
""",
    ),
    (
        "M104",
        Level.WARNING,
        "words that spam filters know",
        """
Phrases such as *act now* or *100% free*, a subject in capitals, and rows of exclamation marks cost a
letter its place in the inbox. Say it plainly.
""",
    ),
    (
        "M201",
        Level.ERROR,
        "a letter that Gmail cuts",
        """
Gmail shows the first 102 KiB of a letter and hides the rest, the way to unsubscribe with it, and
services add to a letter what makes it larger. Take stories out, or lower `mail.max_kib`.
""",
    ),
    (
        "M202",
        Level.INFO,
        "a letter that was shortened",
        """
Some stories hold less than `mail.detail` asks for, so that the letter stays below `mail.max_kib`. Every
story is still there, and leads to its page.
""",
    ),
    (
        "M203",
        Level.ERROR,
        "a style sheet that Gmail drops",
        """
Gmail drops a `<style>` of more than 16 KiB, and any that holds an at-rule within an at-rule or an
address in url(). Keep dark colours and widths for phones in it, and nothing else.
""",
    ),
    (
        "M301",
        Level.ERROR,
        "a link that leads nowhere",
        """
The address is empty, relative, or none at all: in a mailbox there is no page that it could be relative
to. Write it whole, beginning with https://.
""",
    ),
    (
        "M302",
        Level.WARNING,
        "a link without encryption",
        """
Filters distrust http:// and some clients warn of it. Most sites have the same page at https://.
""",
    ),
    (
        "M303",
        Level.WARNING,
        "a link through a shortener",
        """
Spam is what shorteners are mostly used for, and filters count them so. Link the page itself.
""",
    ),
    (
        "M304",
        Level.WARNING,
        "a link whose words do not say where it leads",
        """
Who listens to a list of links hears *here, here, more*. Name the page in the words of the link.
""",
    ),
    (
        "M305",
        Level.ERROR,
        "a link without words",
        """
A link that holds neither words nor a picture with a description cannot be found, heard or tapped.
""",
    ),
    (
        "M401",
        Level.ERROR,
        "a picture without a description",
        """
Many clients show pictures only when asked, and some readers never see them: `alt` is all there is then.
It may be empty for what is mere decoration.
""",
    ),
    (
        "M402",
        Level.WARNING,
        "a picture without a width",
        """
Classic Outlook shows a picture without a `width` attribute at the size of its file, over the edge of the
letter.
""",
    ),
    (
        "M403",
        Level.ERROR,
        "a picture that clients do not load",
        """
Pictures in a letter need an absolute https:// address; data: addresses and http:// are blocked by Gmail,
Outlook and others.
""",
    ),
    (
        "M404",
        Level.WARNING,
        "a picture in a format that some clients do not know",
        """
JPEG, PNG and GIF are shown everywhere. WebP, AVIF and SVG are not.
""",
    ),
    (
        "M501",
        Level.ERROR,
        "layout that a client does not know",
        """
By the public data of Can I Email, whose date is told, a client that many readers use has no support for
this at all, and the letter falls apart there. Tables and padding of cells work everywhere.
""",
    ),
    (
        "M502",
        Level.ERROR,
        "an element that clients remove",
        """
Scripts, forms, frames, and style sheets of other files are taken out of every letter, by some clients
with all that is in them.
""",
    ),
    (
        "M503",
        Level.ERROR,
        "text that is hard to read",
        """
The contrast of text and ground is below 4.5 to 1 (3 to 1 for large text), in the light scheme or in the
dark one. WCAG 2.2 asks for that much.
""",
    ),
    (
        "M504",
        Level.INFO,
        "an ornament that a client does not know",
        """
The letter stays whole without it, by the public data of Can I Email.
""",
    ),
    (
        "M505",
        Level.WARNING,
        "a layout table that is read out as one",
        """
Screen readers count rows and columns of a table unless it says `role="presentation"`.
""",
    ),
    (
        "M506",
        Level.WARNING,
        "headings out of order",
        """
Who listens jumps from heading to heading: one h1, and no level left out on the way down.
""",
    ),
    (
        "M601",
        Level.ERROR,
        "a placeholder or merge tag that was left over",
        """
Readers would see `{{ name }}` or `*|FNAME|*` as it stands in the subject, the preheader or the introduction.
What a service fills in is put there when the letter is made for it. If it is meant, set it in backquotes.
""",
    ),
    (
        "M602",
        Level.WARNING,
        "a word that marks what is not finished",
        """
TODO, TBD, XXX and *lorem ipsum* are for editors, not for readers.
""",
    ),
    (
        "M603",
        Level.WARNING,
        "an old year in a copyright line",
        """
A copyright line with another year than the edition's looks like a letter nobody takes care of.
""",
    ),
    (
        "M604",
        Level.WARNING,
        "what looks like a merge tag in a story",
        """
A story may well write about `{{ name }}` or `*|FNAME|*`: it is shown as it stands, and no service fills
it in. Look whether it was meant, and not left over.
""",
    ),
    (
        "M701",
        Level.ERROR,
        "a story of the edition that is not in the letter",
        """
The edition lists an item that is not approved as it stands, and only approved items are mailed. Approve
it, or take it out of the edition.
""",
    ),
    (
        "M702",
        Level.ERROR,
        "HTML and text that lead to different places",
        """
The plain text must have every link of the HTML: some readers see nothing else, and filters compare the
two.
""",
    ),
    (
        "M703",
        Level.ERROR,
        "a letter without a story",
        """
No item of the edition is approved, so that there is nothing to send.
""",
    ),
    (
        "M704",
        Level.INFO,
        "an edition that is not published",
        """
It can be looked at and checked; it cannot be exported or sent before `briefpress edition publish`.
""",
    ),
    (
        "M801",
        Level.ERROR,
        "no sender",
        """
`mail.from_address` in config.yaml says who a letter is from; without it no message can be made.
""",
    ),
    (
        "M802",
        Level.ERROR,
        "no way to unsubscribe",
        """
The law of many countries and the rules of the large mailboxes ask for one in every letter. Services
bring their own; for files and smtp set `mail.unsubscribe`.
""",
    ),
    (
        "M803",
        Level.WARNING,
        "no unsubscribing with one click",
        """
Gmail and Yahoo want an https address in `mail.unsubscribe` that takes a reader off the list by one POST
request (RFC 8058) from whoever sends more than a few thousand letters.
""",
    ),
    (
        "M804",
        Level.WARNING,
        "no postal address",
        """
Commercial mail has to name one in the United States and elsewhere. Set `mail.postal_address`.
""",
    ),
)

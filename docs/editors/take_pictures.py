"""Takes the pictures of the editors' guide anew, in a portal of its own that is thrown away afterwards.

``make pictures`` runs it. Each step is what a person would do, so the guide cannot show what the portal no longer does:
a label that has changed stops the run.
"""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, sync_playwright

from docs.editors.demo_portal import portal
from tests.browser.chromium import ARGUMENTS, CHROMIUM

PICTURES = Path(__file__).resolve().parent / "bilder"
WIDTH, HEIGHT = 1180, 760
COLOURS = 96
PATIENCE = 60_000
SERVICE = "Fundsache melden oder abholen"
# Times of day and ages differ from run to run and say nothing here; frames show what the text speaks of.
CALM = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    text.data = text.data
      .replace(/\\b\\d+\\s(Sekunden?|Minuten?|Stunden?)\\b|\\beiner\\sMinute\\b/g, "5 Minuten")
      .replace(/\\b\\d\\d:\\d\\d\\b/g, "09:00");
  }
}"""
STYLE = """
  * { caret-color: transparent !important }
  *, *::before, *::after { animation: none !important; transition: none !important }
  .picture-mark { outline: 4px solid #c8102e !important; outline-offset: 4px }
  ::file-selector-button { display: none }  /* the browser's own word, in the language of the machine */
"""


class Editor:
    """One person in front of the editors' interface."""

    def __init__(self, browser: Browser, address: str, name: str = "") -> None:
        context = browser.new_context(
            base_url=address,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            viewport={"width": WIDTH, "height": HEIGHT},
            reduced_motion="reduce",
            bypass_csp=True,
        )
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        if name:
            self.open("/admin/login/")
            self.page.locator("#id_username").fill(name)
            self.page.locator("#id_password").fill(f"demo-{name}")
            self.page.keyboard.press("Enter")
            self.page.wait_for_url("**/admin/")

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")

    def open_page(self, *path: str) -> None:
        """Go to a page of Erkelenz as an editor does, from its list of pages down; the last name is its form."""
        self.open("/admin/pages/")
        for title in path[:-1]:
            self.page.get_by_role("row", name=title).first.locator("td.children a").click()
        self.page.get_by_role("link", name=path[-1], exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).locator("visible=true").first

    def more_actions(self) -> None:
        self.page.get_by_role("button", name="Mehr Aktionen").last.click()

    def panel(self, name: str) -> None:
        """Open one of the panels at the side: status, preview, checks."""
        self.button(f"{name} umschalten").click()

    def rest(self) -> None:
        """Wait until nothing is loaded or saved any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(1500)

    def shoot(self, name: str, mark: Locator | None = None, height: int = HEIGHT) -> None:
        """Keep what is on the screen as a picture, with a red frame around what matters."""
        self.rest()
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.add_style_tag(content=STYLE)
        self.page.evaluate(CALM)
        if mark is not None:
            mark.evaluate("element => element.classList.add('picture-mark')")
        shot = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        shot.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
        if mark is not None:
            mark.evaluate("element => element.classList.remove('picture-mark')")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def write_a_local_text(author: Editor) -> None:
    page = author.page
    author.open("/admin/pages/")
    row = page.get_by_role("row", name="Leistungen").first
    row.get_by_role("button").first.click()
    add = page.locator("a:visible", has_text="Unterseite hinzufügen").last
    author.shoot("unterseite", add)
    add.click()
    author.button("Seite auswählen").click()
    page.get_by_role("link", name=SERVICE).click()
    author.rest()
    author.button("Entwurf speichern").click()
    author.rest()
    full_text = page.get_by_role("region", name="Volltext")
    full_text.get_by_role("button", name="Danach ergänzen").click()
    page.keyboard.type("Beschreiben Sie die Sache bitte so genau wie möglich.")
    author.rest()
    full_text.evaluate("element => element.scrollIntoView()")
    author.shoot("leistung", height=1160)
    author.panel("Vorschau")
    author.page.wait_for_timeout(3000)
    author.shoot("vorschau")
    author.panel("Vorschau")
    author.more_actions()
    author.shoot("einreichen", author.button("In Freigabe Erkelenz einreichen"))
    author.button("In Freigabe Erkelenz einreichen").click()
    author.rest()


def approve(publisher: Editor) -> None:
    page = publisher.page
    publisher.open("/admin/")
    task = page.get_by_role("row", name=SERVICE).first
    task.hover()
    task.get_by_role("button", name="Aktionen").click()
    publisher.shoot("aufgaben", task)
    task.get_by_role("link", name="Bearbeiten").click()
    publisher.rest()
    publisher.more_actions()
    publisher.shoot("freigeben", publisher.button("Änderungen anfordern"))
    publisher.button("Freigeben und Veröffentlichen").click()
    publisher.rest()


def compare(author: Editor, publisher: Editor) -> None:
    author.open_page("Leistungen", SERVICE)
    author.page.locator(".public-DraftEditor-content").first.click()
    author.page.keyboard.press("End")
    author.page.keyboard.type(" Ein Foto hilft.")
    author.rest()
    author.more_actions()
    author.button("In Freigabe Erkelenz einreichen").click()
    author.rest()
    publisher.open("/admin/")
    task = publisher.page.get_by_role("row", name=SERVICE).first
    task.hover()
    task.get_by_role("button", name="Aktionen").click()
    task.get_by_role("link", name="Mit veröffentlichter Revision vergleichen").click()
    publisher.shoot("vergleichen", height=480)
    publisher.open_page("Leistungen", SERVICE)
    publisher.more_actions()
    publisher.button("Änderungen anfordern").click()
    publisher.page.locator(".modal textarea").fill("Bitte noch schreiben, wo das Foto hin soll.")
    publisher.page.locator(".modal [type=submit]").click()
    publisher.rest()
    author.open("/admin/")
    author.shoot("startseite")
    author.open_page("Leistungen", SERVICE)
    author.panel("Status")
    author.button("Details anschauen").click()
    author.shoot("zurueckgegeben")


def plan_and_remove(publisher: Editor) -> None:
    page = publisher.page
    publisher.open_page("Zuständige Stellen", "Stadtverwaltung Erkelenz")
    publisher.panel("Status")
    publisher.button("Zeitplan festlegen").click()
    publisher.shoot("zeitplan")
    publisher.open_page("Zuständige Stellen", "Stadtverwaltung Erkelenz")
    publisher.panel("Status")
    page.locator("header").get_by_role("button", name="Aktionen").first.click()
    publisher.shoot("menue", publisher.button("Stimmt noch"), 860)
    page.get_by_role("link", name="Löschen").locator("visible=true").first.click()
    publisher.shoot("warnung", height=620)
    publisher.open_page("Leistungen", SERVICE)
    page.locator("header").get_by_role("button", name="Aktionen").first.click()
    page.get_by_role("link", name="Löschen").locator("visible=true").first.click()
    publisher.button("Ja, in den Papierkorb").click()
    publisher.open("/admin/papierkorb/")
    publisher.shoot("papierkorb", page.get_by_role("button", name="Zurückholen").first, 420)
    publisher.open("/admin/snippets/services/responsibility/add/")
    publisher.shoot("zustaendigkeit", height=900)


def look_after_the_place(admin: Editor) -> None:
    page = admin.page
    admin.open("/admin/users/")
    admin.shoot("kolleginnen", height=480)
    admin.open("/admin/users/new/")
    admin.shoot("einladen", height=720)
    admin.open("/admin/users/")
    page.get_by_role("link", name="Demo Erkelenz Autor").first.click()
    page.wait_for_load_state("networkidle")
    admin.shoot("sperren", page.locator("#id_is_active"), 900)
    admin.open("/admin/pages/")
    admin.page.get_by_role("link", name="Erkelenz", exact=True).first.click()
    page.locator("header").get_by_role("button", name="Aktionen").first.click()
    page.get_by_role("link", name="Was darf ich hier?").locator("visible=true").first.click()
    page.locator("main select").first.select_option(label="Demo Erkelenz Autor")
    admin.button("Anzeigen").click()
    admin.shoot("rechte")
    admin.open("/admin/kommune/")
    admin.shoot("einstellungen", height=700)
    admin.open("/admin/pages/")
    admin.page.locator("header").get_by_role("button", name="Aktionen").first.click()
    page.get_by_role("link", name="Bearbeiten").locator("visible=true").first.click()
    page.get_by_role("tab", name="Auftritt").click()
    admin.shoot("auftritt", height=900)
    admin.open("/admin/hinweise/create/")
    page.locator("#id_title").fill("Bürgerbüro heute geschlossen")
    admin.shoot("hinweis", height=820)
    admin.button("Speichern").click()
    admin.rest()
    admin.open("/erkelenz/")
    admin.shoot("hinweis-oeffentlich", height=520)


def meet_on_one_page(first: Editor, second: Editor) -> None:
    for editor in (first, second):
        editor.open_page("Kontakt")
    first.page.locator("#id_intro").fill("So erreichen Sie uns.")
    first.rest()
    second.page.locator("#id_intro").fill("Hier erreichen Sie uns.")
    second.rest()
    second.button("Entwurf speichern").click()
    # Wagtail asks first if its check, every few seconds, has noticed; then comes what the guide explains.
    ask = second.page.locator(".w-dialog button:visible", has_text="Entwurf speichern")
    answer = second.page.locator("#newer-version")
    ask.or_(answer).first.wait_for()
    if ask.count():
        ask.click()
    answer.wait_for()
    second.shoot("zwei", height=900)


def add_a_picture(author: Editor) -> None:
    author.open("/admin/images/add/")
    drawn = BytesIO()
    Image.new("RGB", (1200, 800), "#7a8ca3").save(drawn, "JPEG")
    author.page.locator("#id_file").set_input_files(
        FilePayload(name="markt.jpg", mimeType="image/jpeg", buffer=drawn.getvalue())
    )
    author.page.locator("#id_title").fill("Markt")
    author.shoot("bild", author.page.locator("#id_description"), 860)


def take_all(browser: Browser, address: str) -> None:
    visitor = Editor(browser, address)
    visitor.open("/admin/login/")
    visitor.shoot("anmelden", height=720)
    author = Editor(browser, address, "erkelenz-autor")
    publisher = Editor(browser, address, "erkelenz-freigabe")
    admin = Editor(browser, address, "erkelenz-verwaltung")
    author.page.get_by_role("button", name="Seiten", exact=True).click()
    author.shoot("seiten", height=560)
    write_a_local_text(author)
    add_a_picture(author)
    approve(publisher)
    compare(author, publisher)
    plan_and_remove(publisher)
    look_after_the_place(admin)
    meet_on_one_page(author, publisher)


def main() -> None:
    if CHROMIUM is None:
        raise SystemExit("The pictures need Chromium; CHROMIUM names its program.")
    PICTURES.mkdir(exist_ok=True)
    with portal() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--lang=de-DE"], env=os.environ | {"LANGUAGE": "de_DE"}
        )
        take_all(browser, address)
        browser.close()


if __name__ == "__main__":
    main()

import pytest

from drivers.errors import TransientPhoneError
from drivers.photos.navigation import (
    backup_status,
    open_account_menu,
    open_backup_settings,
)
from drivers.photos.pages import is_backup_on
from tests.drivers.fakes import PHOTOS, PagedPhone, page, view

HOME = page(view(1, "selected_account_disc", desc="Backing up.", clickable="true"))
MENU = page(
    view(3, "photos_autobackup_particle_status_title", "Backing up"),
    view(4, "photos_autobackup_particle_status_description", "12 items left"),
    view(6, text="Foto-Einstellungen", clickable="true"),
)
CARDS = page(
    view(2, "og_bento_toolbar_close_button", clickable="true"),
    view(4, "og_bento_card_subtitle", "备份已完成"),
)
SETTINGS = page(view(4, "title", "Sichern und synchronisieren", clickable="true"))
SWITCH = view(4, "switchWidget", checkable="true", checked="true", clickable="true")
TITLE = view(1, text="Sichern und synchronisieren")
BACKUP = page(TITLE, page(view(3, "title", "Sichern und synchronisieren"), SWITCH))
SORRY = page(
    view(5, "android:id/alertTitle", "Photos isn't responding", package="android"),
    view(6, "android:id/aerr_wait", "Wait", package="android", clickable="true"),
    package="android",
)
TURNS = {
    ("home", "tap selected_account_disc"): "menu",
    ("menu", "tap Foto-Einstellungen"): "settings",
    ("settings", "tap title"): "backup",
}


def test_the_account_menu_opens_by_the_account_picture():
    phone = PagedPhone({"home": HOME, "menu": MENU}, TURNS)

    assert open_account_menu(phone) == phone.pages["menu"]
    open_account_menu(phone)
    assert phone.done == ["tap selected_account_disc"]


@pytest.mark.parametrize(
    ("menu", "status", "left"), [(MENU, "uploading", 12), (CARDS, "complete", None)]
)
def test_the_status_is_read_off_the_menu_of_either_generation(menu, status, left):
    phone = PagedPhone({"home": HOME, "menu": menu}, TURNS)

    found = backup_status(phone)
    assert (found.status, found.left) == (status, left)


def test_the_backup_settings_open_in_whatever_language_the_phone_speaks():
    phone = PagedPhone({"home": HOME, "menu": MENU, "settings": SETTINGS, "backup": BACKUP}, TURNS)

    assert is_backup_on(open_backup_settings(phone)) is True
    open_backup_settings(phone)
    assert phone.done == ["tap selected_account_disc", "tap Foto-Einstellungen", "tap title"]


@pytest.mark.parametrize("first", ["another", "settings"])
def test_a_tap_that_went_astray_is_taken_back_and_tried_again(first):
    another = page(view(4, "android:id/alertTitle", "Qualität"))
    pages = {"home": HOME, "menu": MENU, "settings": SETTINGS, "backup": BACKUP}
    phone = PagedPhone({**pages, "another": another}, TURNS | {("another", "key back"): "settings"})
    tap = phone.tap

    def astray(x, y):
        tap(x, y)
        if phone.done.count("tap title") == 1:
            phone.page = first

    phone.tap = astray
    assert is_backup_on(open_backup_settings(phone)) is True
    back = ["key back"] if first == "another" else []
    assert phone.done[2:] == ["tap title", *back, "tap title"]


def test_a_card_that_is_called_like_the_row_is_not_taken_for_it():
    menu = MENU.replace(
        "</node>", view(9, "og_bento_card_title", "Backup", clickable="true") + "</node>"
    )
    phone = PagedPhone({"home": HOME, "menu": menu, "settings": SETTINGS, "backup": BACKUP}, TURNS)
    looks = iter(["menu", "menu", "menu", "settings"])
    phone.turns[("menu", "tap Foto-Einstellungen")] = "menu"
    show = phone.screen

    def screen():
        if phone.done[-1:] == ["tap Foto-Einstellungen"]:
            phone.page = next(looks, "settings")
        return show()

    phone.screen = screen
    open_backup_settings(phone)
    assert phone.done[-1] == "tap title"


def test_an_entry_out_of_sight_is_scrolled_to():
    menu = page(view(3, "photos_autobackup_particle_status_title", "Backing up"), scrollable="true")
    lower = page(view(9, text="Photos settings", clickable="true"), scrollable="true")
    turns = {("menu", "swipe up"): "lower", ("lower", "tap Photos settings"): "settings", **TURNS}
    phone = PagedPhone(
        {"home": HOME, "menu": menu, "lower": lower, "settings": SETTINGS, "backup": BACKUP}, turns
    )

    open_backup_settings(phone)
    assert phone.done == [
        "tap selected_account_disc",
        "swipe up",
        "tap Photos settings",
        "tap title",
    ]


def row(top, label, *, checked):
    inside = view(top, "title", label) + view(
        top, "switchWidget", checkable="true", checked=checked, clickable="true"
    )
    return (
        f'<node package="{PHOTOS}" bounds="[0,{top * 100}][1000,{top * 100 + 100}]">{inside}</node>'
    )


def test_of_many_switches_only_the_one_called_backup_counts():
    phone = PagedPhone(
        {
            "both": page(
                view(1, text="Backup"),
                row(3, "Face groups", checked="true"),
                row(5, "Backup", checked="false"),
            ),
            "other": page(view(1, text="Backup"), row(5, "Cast", checked="true")),
            "folder": page(view(1, text="Screenshots"), row(5, "Backup", checked="false")),
        }
    )

    assert is_backup_on(phone.pages["both"]) is False
    assert is_backup_on(phone.pages["other"]) is None
    assert is_backup_on(phone.pages["folder"]) is None


def test_the_photos_of_2019_tells_its_state_on_the_assistant_tab():
    tabs = (
        view(1, desc="Show Navigation Drawer", clickable="true"),
        view(19, "tab_assistant", "Assistant", clickable="true"),
    )
    phone = PagedPhone(
        {
            "home": page(*tabs),
            "assistant": page(*tabs, view(4, "title", "Waiting for Wi-Fi")),
            "drawer": page(view(8, text="Settings", clickable="true")),
            "settings": SETTINGS,
            "backup": BACKUP,
        },
        {
            ("home", "tap tab_assistant"): "assistant",
            ("assistant", "tap "): "drawer",
            ("drawer", "tap Settings"): "settings",
            **TURNS,
        },
    )

    assert backup_status(phone).status == "waiting_wifi"
    assert backup_status(phone).status == "waiting_wifi"
    open_backup_settings(phone)
    assert phone.done == ["tap tab_assistant", "tap ", "tap Settings", "tap title"]


def test_a_dialog_on_the_way_is_answered():
    turns = {("sorry", "tap aerr_wait"): "home", **TURNS}
    phone = PagedPhone({"sorry": SORRY, "home": HOME, "menu": MENU}, turns)

    open_account_menu(phone)
    assert phone.page == "menu"


def test_a_page_that_does_not_come_is_named():
    phone = PagedPhone({"home": HOME})

    with pytest.raises(TransientPhoneError, match="the account menu of Photos was not there"):
        open_account_menu(phone, timeout_s=0)


def test_another_app_in_front_is_told():
    phone = PagedPhone({"other": page(view(1, text="Mail"), package="com.example")})

    with pytest.raises(TransientPhoneError, match=r"com\.example with 'Mail'"):
        open_account_menu(phone, timeout_s=0)
    assert is_backup_on(phone.screen()) is None

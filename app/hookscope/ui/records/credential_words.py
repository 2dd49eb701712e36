"""What the window says about credentials, in one place, because the pane, the settings and the help say the same."""

from __future__ import annotations

from collections.abc import Sequence

from hookscope.records.model import AccessToken, Credential, Profile
from hookscope.records.profiles import address_of

HEADING = "Look up orders, accounts and users here"
NEEDED = "You need a service account key or an access token. It stays in this computer's keyring."
IMPORT, PASTE, WHERE = "Import key file…", "Paste a token…", "Where do I get one?"
PATH = (
    "In Partner Center: Administration → Service Accounts → Create Service Account → Manage Keys → Generate Private"
    " Key (RS256)."
)
NO_ENTRY = "No such entry? API access depends on your plan: ask your representative, or paste an access token."
ONCE = "The file can be downloaded only once. The key works until it is deleted there, a token only for a short time."
DEMO = (
    "The demo environment has service accounts and keys of its own. Choose the profile Demo in the settings, under"
    " Records, for them."
)
ADDRESS = "https://partners.vendasta.com/integrations/service-accounts"
OPEN_PAGE = "Open the service accounts"
PASTE_LINE = "It goes to the platform with each look-up, and nowhere else. It is kept in the keyring."
STAYS = "Then it is forgotten."
CHOOSE_FILE, FROM_FILE = "Choose a key file", "Key files (*.json);;All files (*)"

SAVING = "Saving in the keyring… If it asks to be unlocked, answer it."
CHANGED = "The profile has changed meanwhile, so nothing was saved. Enter the credential again."
READING_FILE = "Reading the file…"
IN_KEYRING = "The key is in your keyring now. Anyone who has the downloaded file can use it."
KEEP_FILE, DELETE_FILE, DELETED = "Keep the file", "Delete the file", "The file was deleted."
FOR_RUN = "Kept for this run only."
REPLACE, THE_ONE = "Replace…", "The credential in use"
TEST, TESTING, STOP = "Test this credential", "Testing…", "Stop"
HAS = "The token says it has"
REMOVE = (
    "Remove this credential? Without one no record can be looked up. In Partner Center a key stays until you delete it."
)
REMOVING = "Removing it… If the keyring asks to be unlocked, answer it."
KEEP_FOR_RUN, HELP, AGAIN, DONE, CANCEL = "Keep for this run", "Help", "Try again", "Done", "Cancel"
ABOUT_KEYRINGS = (
    "Hookscope keeps credentials only in the keyring of the system: Keychain on macOS, Credential Manager on Windows,"
    " and on Linux GNOME Keyring, KWallet or another Secret Service. If there is none, start one and try again."
)


def owner_words(profile: Profile) -> str:
    """What the button says that goes on in the profile that a key is of."""
    return "Add a demo profile" if profile.id == "demo" else f"Use the {profile.name.lower()} profile"


def credential_words(credential: Credential) -> str:
    """What a credential is called, without anything secret."""
    return "A pasted token" if isinstance(credential, AccessToken) else f"Key of {credential.client_email}"


def scopes_words(lead: str, scopes: Sequence[str]) -> str:
    """*Asks for: order:read, sales.account*; empty for none."""
    return f"{lead}: {', '.join(scopes)}" if scopes else ""


def accepted_words(who: str, roles: Sequence[str]) -> str:
    """*Accepted: who, roles a, b*, as the platform says."""
    said = ", ".join(filter(None, (who, f"roles {', '.join(roles)}" if roles else "")))
    return f"Accepted: {said}." if said else "Accepted."


def hosts_words(profile: Profile) -> str:
    """Where the token goes."""
    found = [address_of(url) for url in (*profile.apis.values(), profile.user_info)]
    hosts = dict.fromkeys(address.site.removeprefix("https://") for address in found if address)
    return f"The token goes to {' and '.join(hosts)}, and to no other host."


def still_words(profile: Profile) -> str:
    """That nothing has changed yet while an address is asked for."""
    return f"Enter the address that takes the place of the platform's. Until then {profile.name} is in use."


def confirm_words(base: str) -> str:
    """What is asked before a token goes to an address that is not of this computer."""
    return f"Your token will be sent to {base}. Use this address?"


def unsaved_words(error: OSError) -> str:
    """That another profile could not be saved."""
    return f"The profile could not be changed ({error.strerror or type(error).__name__}). Make room, then try again."

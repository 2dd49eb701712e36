#!/bin/sh
# Sets up what `make run` and `make test` need, and nothing that is there already.
#
#   packaging/setup.sh run            virtual environment, packages of the program, libraries for a window; stops when one is missing
#   packaging/setup.sh test           the same with the tools of the tests; goes on without system packages, the tests name what they skip
#   packaging/setup.sh missing FILE…  print the system packages of these lists that are not installed
#
# PYTHON=… chooses the interpreter; otherwise the newest suitable one is taken.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
constraints=packaging/constraints.txt
requirement="Hookscope needs Python 3.11, 3.12 or 3.13"

say() { printf '%s\n' "$@" >&2; }
stop() { say "$@"; exit 1; }

# --- system packages -------------------------------------------------------------------------------------------------

is_debian() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }

# One package per line, other names of it after "|"; comments and blanks are dropped.
package_lines() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@"; }

missing() {
    is_debian || return 0
    lines=$(package_lines "$@")
    # shellcheck disable=SC2046,SC2086  # names of packages, one word each
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $(printf '%s\n' $lines | tr '|' ' ') 2>/dev/null |
        sed -n 's/^installed //p') || true
    for line in $lines; do
        # shellcheck disable=SC2086
        printf '%s\n' $installed | grep -qxE "$line" || printf '%s\n' "${line%%|*}"
    done
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
}

# Installs packages when that is allowed here; otherwise says the command and fails.
install_packages() {
    command="apt-get install --no-install-recommends $*"
    if [ "$(id -u)" -ne 0 ]; then
        say "Missing system packages. Install them with:" "" "    sudo $command" ""
        return 1
    fi
    say "Installing system packages: $*"
    apt_install "$@" >/dev/null 2>&1 && return
    { apt-get update && apt_install "$@"; } >&2 && return
    say "The system packages could not be installed. Try it yourself:" "" "    $command" ""
    return 1
}

# --- Python ----------------------------------------------------------------------------------------------------------

is_suitable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
has_pip() { "$1" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("pip"))'; }
version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'; }

first_that() {
    check=$1 && shift
    for candidate in "$@"; do
        if is_suitable "$candidate" && "$check" "$candidate"; then
            printf '%s\n' "$candidate" && return
        fi
    done
    return 1
}

# The interpreter for the environment. Debian's comes without what makes an environment: its package is added or named.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_suitable "$PYTHON" || stop "$requirement; PYTHON=$PYTHON is not one of them or does not start."
        set -- "$PYTHON"
    else
        set -- python3.13 python3.12 python3.11 python3 python
    fi
    first_that can_make_venv "$@" && return
    python=$(first_that true "$@") || stop "$requirement. Install one, or name it: make run PYTHON=/path/to/python3.12"
    is_debian || stop "$python cannot make virtual environments: its modules venv and ensurepip are missing. Install them."
    install_packages "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" || exit 1
    printf '%s\n' "$python"
}

# The environment stays as it is unless it is broken or PYTHON asks for another version.
venv_fits() {
    [ -x $venv/bin/python ] && is_suitable $venv/bin/python && has_pip $venv/bin/python || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of $venv/bin/python)" ]
}

make_venv() {
    venv_fits && return
    python=$(find_python)
    say "Making the virtual environment $venv with Python $(version_of "$python")"
    rm -rf $venv
    "$python" -m venv $venv
}

# --- packages --------------------------------------------------------------------------------------------------------

pip_install() { $venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint $constraints "$@"; }

# hatchling comes first, so that the program is installed with the pinned one; pip, because old ones do not know --group.
install_project() {
    say "Installing packages (the first time this takes a few minutes)"
    pip_install --upgrade pip hatchling
    pip_install --no-build-isolation "$@" --editable .
}

# What was installed, and from where: the same text again means there is nothing to do.
fingerprint() { pwd && cksum pyproject.toml $constraints packaging/setup.sh; }

is_set_up() { fingerprint | cmp -s - "$venv/.set-up-$1"; }

set_up() {
    kind=$1 && shift
    make_venv
    is_set_up "$kind" && return
    rm -f $venv/.set-up-*
    install_project "$@"
    fingerprint >"$venv/.set-up-$kind"
}

case "${1:-}" in
run)
    packages=$(missing packaging/apt-runtime.txt)
    # shellcheck disable=SC2086
    [ -z "$packages" ] || install_packages $packages || stop "Then run the same again."
    { venv_fits && is_set_up test; } || set_up run
    ;;
test)
    packages=$(missing packaging/apt-runtime.txt packaging/apt-test.txt)
    # shellcheck disable=SC2086
    [ -z "$packages" ] || install_packages $packages || say "Until then the tests that need them are skipped."
    set_up test --group dev
    ;;
missing)
    shift
    missing "$@"
    ;;
*)
    stop "usage: packaging/setup.sh run|test|missing FILE..."
    ;;
esac

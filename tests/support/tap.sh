# SPDX-License-Identifier: MIT
# TAP for shell tests, to be sourced: . "$(dirname -- "$0")/../support/tap.sh". They end in `tap_end`.
# $work is a folder for their files, in $TMPDIR where that is set; it goes when the script ends.

# What was built is started as `$wrapper PROGRAM`: that is nothing, or what runs programs of another system.
wrapper=${EXE_WRAPPER-}
# How the file of a plugin ends there, and that of a program.
plugin=${TEST_PLUGIN_SUFFIX-.so}
case $plugin in .dll) exe=.exe ;; *) exe='' ;; esac

tap_number=0 tap_failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

is_windows() {
    [ "$plugin" = .dll ]
}
end_lines() { # FILE...: in a newline alone, where programs write more
    ! is_windows || sed -i 's/\r$//' "$@"
}
host_path() { # FILE: as programs of that system call it; Wine's Z: is this machine's root
    if is_windows; then echo "Z:$1"; else echo "$1"; fi
}
host_paths() { # FOLDER...: as in $SAMRENA_ADAPTER_PATH
    tap_paths=''
    for tap_folder; do
        tap_paths=$tap_paths${tap_paths:+$(is_windows && echo ';' || echo ':')}$(host_path "$tap_folder")
    done
    echo "$tap_paths"
}

report() { # STATUS DESCRIPTION [FILE...]: the files tell why, where the status is not 0
    tap_number=$((tap_number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tap_number - $2"
        return 0
    fi
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_number - $2"
    shift 2
    for tap_file; do
        sed 's/^/# /' "$tap_file"
    done
}

check() { # DESCRIPTION COMMAND...: what it prints is shown where it fails
    tap_description=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        report 0 "$tap_description"
    else
        report 1 "$tap_description" "$work/log"
    fi
}

skip() { # DESCRIPTION REASON
    tap_number=$((tap_number + 1))
    echo "ok $tap_number - $1 # SKIP $2"
}

bail_out() { # REASON [FILE]
    [ $# -lt 2 ] || sed 's/^/# /' "$2"
    echo "Bail out! $1"
    exit 1
}

tap_end() { # the plan, and the script's exit status
    echo "1..$tap_number"
    [ "$tap_failed" -eq 0 ]
    exit
}

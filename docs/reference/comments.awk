# SPDX-License-Identifier: MIT
# Prints a header as doxygen wants to read it: the comments of this project, which are plain ones, become doxygen's. Lines stay
# where they are.

# What doxygen would take for a command, a link or HTML is text; in an example, which is indented, all is.
function text(line) {
    if (line !~ /^(   | \*)    /)
        gsub(/[@\\<>#%]/, "\\\\&", line)
    return line
}

function end_group() {
    printf "%s", grouped ? "/** \\} */ " : ""
    grouped = 0
}

# A comment begins at `start` of the line, with `opening` for its two first characters.
function comment(start, opening) {
    inside = index(substr($0, start + 2), "*/") == 0
    return substr($0, 1, start - 1) opening text(substr($0, start + 2))
}

# A heading: what comes up to the next one is a group of that name.
function heading() {
    sub(/\/\* ---- /, "")
    one_line = sub(/ ---- ?\*\/$/, "")
    sub(/ ----$/, "")
    inside = !one_line
    grouped = 1
    return "/** \\name " text($0) (one_line ? "\n */ /** \\{ */" : "")
}

FNR == 1 { beginning = 1 }
beginning && /^\/\// {
    print "//! " (FNR == 1 ? "\\file" : text(substr($0, 3)))
    next
}
{ beginning = 0 }

inside {
    inside = index($0, "*/") == 0
    print text($0) (!inside && grouped == 1 ? " /** \\{ */" : "")
    if (!inside && grouped == 1)
        grouped = 2
    told = 1
    next
}

# Code: what is said inside of a function, or of a macro, is for its readers.
body {
    if (/^ *}$/ && length <= body)
        body = 0
    print
    next
}
/\\$/ || continued { continued = /\\$/; print; next }
/^ *\/\* ---- / { end_group(); print heading(); if (!inside) grouped = 2; next }
/^#ifdef __cplusplus$/ || /^  private:$/ || /^};$/ { end_group() }
/^ *\/\*/ { print comment(index($0, "/*"), "/**"); told = 1; next }
/\/\*/ { print comment(index($0, "/*"), "/**<"); next }
/\) (const |noexcept )*\{$/ { match($0, /^ */); body = RLENGTH + 1 }
/^SAMRENA_(API|INLINE) / && !told { $0 = "/** As the one before it. */ " $0 }
{ print; told = 0 }

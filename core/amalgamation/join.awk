# SPDX-License-Identifier: MIT
# Joins sources into one file: each local header is put where it is first included, once.
# usage: awk -v output=FILE -v depfile=FILE -f join.awk OPERAND...
#
#   text=TEXT         is printed
#   root=FOLDER       is left out where paths are shown
#   comment=FILE      is printed, as a comment
#   folder=FOLDER     is looked into for headers that do not stand beside who includes them
#   private=FOLDER    what headers in there declare is the file's own: static
#   kept=NAME,FILE... these headers are in NAME, which is included in their place
#   systems=NAMES     what follows is for these systems alone ("linux posix"; none: for all)
#   PATH              is joined
#
# Nothing is renamed. That names of files that meet here differ is up to their authors; who forgets is told by the compiler.

function put(text) {
    if (text != "" || before != "")
        print text >output
    before = text
}

function fail(text) {
    print "join.awk: " text >"/dev/stderr"
    failed = 1
    exit 1
}

# a/b/../c -> a/c, and ./c -> c
function plain(path) {
    gsub(/\/\.\//, "/", path)
    sub(/^\.\//, "", path)
    while (path ~ /(^|\/)[^.\/][^\/]*\/\.\.\//)
        sub(/[^.\/][^\/]*\/\.\.\//, "", path)
    return path
}

function folder_of(path) {
    return path ~ /\// ? substr(path, 1, match(path, /[^\/]*$/) - 1) : ""
}

function there(path,    line, answer) {
    answer = (getline line <path) >= 0
    close(path)
    return answer
}

# The file that `from` means by `name`.
function find(name, from,    path, i) {
    path = plain(folder_of(from) name)
    for (i = 1; i <= folder_count && !there(path); i++)
        path = plain(folders[i] "/" name)
    if (!there(path))
        fail(from ": " name " is nowhere")
    return path
}

# For the build: what the output was made of.
function note_read(path) {
    gsub(/ /, "\\\\ ", path)
    made_of = made_of " " path
}

# True for the first one that asks, of all systems or of these.
function is_new(name) {
    if ((name, "") in seen || (name, systems) in seen)
        return 0
    return seen[name, systems] = 1
}

function is_private(path,    i) {
    for (i = 1; i <= private_count; i++)
        if (index(path, private[i] "/") == 1)
            return path ~ /\.h$/
    return 0
}

# What stands in the place of an #include that is not within an #if of its file's own.
function include(line, from,    name) {
    name = line
    if (line ~ /</ ) {
        sub(/ *\/[\/*].*/, "", line)
        if (is_new(line))
            put(line)
        return
    }
    gsub(/^[^"]*"|".*$/, "", name)
    name = find(name, from)
    if (!(name in kept))
        join(name)
    else if (is_new(kept[name]))
        put("#include \"" kept[name] "\"")
}

function join(path,    line, depth, outer, any) {
    if (!is_new(path))
        return
    note_read(path)
    outer = path ~ /\.(h|hpp)$/ # its guard
    while ((getline line <path) > 0) {
        any = 1
        if (line ~ /^\/\/ SPDX-License-Identifier: /)
            title(path)
        else if (path ~ /\.c$/ && line ~ /^#define _(GNU|DEFAULT)_SOURCE$/)
            continue # said at the top
        else if (line ~ /^#include "/ || (line ~ /^#include </ && depth == outer))
            include(line, path)
        else {
            depth += (line ~ /^#if/) - (line ~ /^#endif/)
            put((is_private(path) && line ~ /^[A-Za-z].*\(/ && line !~ /^(static|typedef|extern|SAMRENA_|_Static_assert)/ ? "static " : "") line)
        }
    }
    close(path)
    if (!any)
        fail(path " cannot be read")
}

function title(path) {
    put("")
    put("/* ---- " (index(path, root "/") == 1 ? substr(path, length(root) + 2) : path) " ---- */")
    put("")
}

function condition(names,    words, count, i, text) {
    count = split(names, words, " ")
    for (i = 1; i <= count; i++)
        text = text (i > 1 ? " || " : "") "defined(SAMRENA_" toupper(words[i]) ")"
    return text
}

function set_systems(names) {
    if (systems)
        put("#endif /* " condition(systems) " */")
    systems = names
    if (systems) {
        put("")
        put("#if " condition(systems))
    }
}

function print_comment(path,    line) {
    note_read(path)
    while ((getline line <path) > 0)
        put(line ? "// " line : "//")
    close(path)
}

function operand(name, value,    words, count, i) {
    if (name == "text")
        put(value)
    else if (name == "root")
        root = plain(value)
    else if (name == "comment")
        print_comment(value)
    else if (name == "folder")
        folders[++folder_count] = plain(value)
    else if (name == "private")
        private[++private_count] = plain(value)
    else if (name == "systems")
        set_systems(value)
    else if (name == "kept") {
        count = split(value, words, ",")
        for (i = 2; i <= count; i++)
            kept[plain(words[i])] = words[1]
    } else
        fail("what is " name "=?")
}

BEGIN {
    for (i = 1; i < ARGC && !failed; i++)
        if (match(ARGV[i], /^[a-z]+=/))
            operand(substr(ARGV[i], 1, RLENGTH - 1), substr(ARGV[i], RLENGTH + 1))
        else
            join(plain(ARGV[i]))
    if (!failed) {
        set_systems("")
        print output ":" made_of >depfile
    }
    exit failed
}

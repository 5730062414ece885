# SPDX-License-Identifier: MIT
# Mutants of C sources: one changed line each, as FILE<tab>LINE<tab>OPERATOR<tab>NEW TEXT. Of a file's candidates
# every one_in-th is taken, from the middle of each stretch, and one at least: the same files give the same mutants.
# usage: awk -v one_in=N -f mutate.awk FILE...
BEGIN {
    # What stands in a line, what takes its place; no operator is a part of another because of the spaces.
    n = split(" < | <= ;; <= | < ;; > | >= ;; >= | > ;; == | != ;; != | == ;; && | || ;; + | - ;; - | + ;; += | -= ;; -= | += ;; * | / ;; & | ^ ", pairs, ";;")
    for (i = 1; i <= n; i++) {
        at = index(substr(pairs[i], 2), " | ") + 1
        from[i] = substr(pairs[i], 1, at)
        to[i] = substr(pairs[i], at + 2)
    }
    from[++n] = " || "; to[n] = " && "
    from[++n] = "return true;"; to[n] = "return false;"
    from[++n] = "return false;"; to[n] = "return true;"
    from[++n] = "++"; to[n] = "--"
    from[++n] = "(!"; to[n] = "("
    from[++n] = "min_u64("; to[n] = "max_u64("
    from[++n] = "max_u64("; to[n] = "min_u64("
    from[++n] = "return SAMRENA_OK;"; to[n] = "return SAMRENA_ERROR_OUT_OF_MEMORY;"
}

function add(name, text) {
    candidates[++count] = FILENAME "\t" FNR "\t" name "\t" text
}

function choose(    i, wanted) {
    wanted = int(count / one_in + 0.5)
    if (wanted < 1 && count) wanted = 1
    for (i = 0; i < wanted; i++) print candidates[int((i + 0.5) * count / wanted) + 1]
    count = 0
}

FNR == 1 { choose() }
/^ *\/\*/ { comment = 1 } # comments that begin a line
# must(): what regions_check() looks at, for tests, does nothing else.
!comment && /^    / && !/^ *(\/\/|#)|static_assert|must\(|"$/ {
    for (i = 1; i <= n; i++) {
        at = index($0, from[i])
        if (at) add(from[i], substr($0, 1, at - 1) to[i] substr($0, at + length(from[i])))
    }
    # A condition the other way round, and a statement that is left out.
    if (match($0, /if \(.*\)( \{)?$/)) {
        at = RSTART + 3
        tail = /\{$/ ? " {" : ""
        add("if", substr($0, 1, at - 1) "(!" substr($0, at, length($0) - at + 1 - length(tail)) ")" tail)
    }
    if (whole && (/^ +[a-z_]+\(.*\);$/ || /^ +[a-z_.>-]+ [-+|]?= .*;$/)) {
        match($0, /^ +/)
        add("left out", substr($0, 1, RLENGTH) "; // " substr($0, RLENGTH + 1)) # so that it is known from others
    }
}
/\*\// { comment = 0 }
{ whole = /[;{}]$|^ *if .*\)$|else$/ } # the next line begins a statement
END { choose() }

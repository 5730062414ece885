// SPDX-License-Identifier: MIT
// Containers of the C++ library in an arena: an index that says of each word in which lines it stands.
//
// An arena fits: nodes and strings are pushes, and what grown vectors leave behind is no more than the C heap wastes.
// CPU time 0.74 of that on the C heap, peak memory 0.99.
#include <algorithm>
#include <map>
#include <memory_resource>
#include <samrena.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client.h"

namespace {

using Lines = std::pmr::vector<std::uint32_t>;

/* ---- The job ---- */

Result build_index(std::pmr::memory_resource *resource, Text text) {
    std::pmr::unordered_map<std::pmr::string, Lines> index(resource);
    std::pmr::string key(resource);
    std::uint32_t number = 0;
    for (Text line, word; text_line(&text, &line); number++)
        while (text_word(&line, &word)) {
            key.assign(word.bytes, word.size);
            Lines &lines = index[key];
            if (lines.empty() || lines.back() != number)
                lines.push_back(number);
        }

    std::pmr::map<std::string_view, const Lines *> sorted(resource);
    for (const auto &[word, lines] : index)
        sorted[word] = &lines;
    Result result = {};
    for (const auto &[word, lines] : sorted) {
        result.digest = digest_bytes(result.digest, word.data(), word.size());
        result.digest = digest_bytes(result.digest, lines->data(), lines->size() * sizeof(lines->front()));
        result.count++;
    }
    return result;
}

/* ---- The glue ---- */

Result job(Samrena *arena, Text text) {
    samrena::memory_resource in_arena(arena);
    return build_index(arena ? &in_arena : std::pmr::new_delete_resource(), text);
}

} // namespace

extern "C" const Client pmr_client = {"pmr", "words", "/usr/share/wordnet/data.verb", PLAIN_TEXT, 540, job};

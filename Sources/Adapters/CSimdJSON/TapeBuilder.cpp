#include "TapeBuilder.hpp"

#include <cstring>

namespace {

/// Longer numbers are refused: no amount or count needs them, and every reader of one would have to bound it.
constexpr uint32_t maxNumberLength = 512;

bool isDigit(uint8_t byte) noexcept { return static_cast<uint8_t>(byte - '0') < 10; }

bool isSpace(uint8_t byte) noexcept { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

/// Whether a scalar may end before this byte.
bool endsScalar(uint8_t byte) noexcept {
    return isSpace(byte) || byte == ',' || byte == '}' || byte == ']' || byte == ':' || byte == '{' || byte == '[';
}

/// The first backslash in [position, end), or `end`; eight bytes a step.
uint32_t findBackslash(const uint8_t *bytes, uint32_t position, uint32_t end) noexcept {
    constexpr uint64_t ones = 0x0101010101010101u;
    for (; position + 8 <= end; position += 8) {
        uint64_t word;
        std::memcpy(&word, bytes + position, sizeof word);
        const uint64_t difference = word ^ (ones * '\\');
        if (((difference - ones) & ~difference & (ones * 0x80)) != 0) break;
    }
    while (position < end && bytes[position] != '\\') ++position;
    return position;
}

} // namespace

bool TapeBuilder::build() noexcept {
    if (atEnd()) return fail(CSIMDJSON_EMPTY, 0);
    bool finished = false;
    while (!finished) {
        const uint32_t before = container;
        if (!value()) return false;
        // A container that was just opened and is not empty: its first key or element comes next.
        if (container != before) {
            if ((nodes[container].info & CSIMDJSON_KIND_MASK) == CSIMDJSON_OBJECT && !key()) return false;
            continue;
        }
        if (!afterValue(finished)) return false;
    }
    return atEnd() || fail(CSIMDJSON_TRAILING_CONTENT, here());
}

/// Reads what follows a complete value, closing containers, up to where the next value begins or the document ends.
bool TapeBuilder::afterValue(bool &finished) noexcept {
    while (container != none) {
        const bool inObject = (nodes[container].info & CSIMDJSON_KIND_MASK) == CSIMDJSON_OBJECT;
        nodes[container].info += 1u << CSIMDJSON_COUNT_SHIFT;
        const uint8_t byte = peek();
        if (byte == ',') {
            ++cursor;
            return !inObject || key();
        }
        if (byte != (inObject ? '}' : ']')) return fail(CSIMDJSON_MALFORMED, here());
        close();
    }
    finished = true;
    return true;
}

bool TapeBuilder::value() noexcept {
    switch (peek()) {
    case '{': return open(CSIMDJSON_OBJECT, '}');
    case '[': return open(CSIMDJSON_ARRAY, ']');
    case '"': return string();
    case 't': return literal("true", 4, CSIMDJSON_TRUE);
    case 'f': return literal("false", 5, CSIMDJSON_FALSE);
    case 'n': return literal("null", 4, CSIMDJSON_NULL);
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        return number();
    default: return fail(CSIMDJSON_MALFORMED, here());
    }
}

bool TapeBuilder::key() noexcept {
    if (peek() != '"') return fail(CSIMDJSON_MALFORMED, here());
    if (!string()) return false;
    if (peek() != ':') return fail(CSIMDJSON_MALFORMED, here());
    ++cursor;
    return true;
}

bool TapeBuilder::open(uint32_t kind, uint8_t closer) noexcept {
    if (depth >= limits.max_depth) return fail(CSIMDJSON_TOO_DEEP, here());
    const uint32_t node = count;
    if (!append(here(), 0, kind)) return false;
    ++cursor;
    if (peek() == closer) {
        nodes[node].end = here() + 1;
        ++cursor;
        return true;
    }
    nodes[node].next = container;
    container = node;
    ++depth;
    return true;
}

void TapeBuilder::close() noexcept {
    CSimdJSONNode &node = nodes[container];
    node.end = here() + 1;
    container = node.next;
    node.next = count;
    ++cursor;
    --depth;
}

bool TapeBuilder::string() noexcept {
    const uint32_t start = index[cursor];
    ++cursor;
    // Between a string and the next structural there can only be white space, so the closing quote is behind that.
    uint32_t end = here();
    while (end > start + 1 && isSpace(bytes[end - 1])) --end;
    if (end < start + 2 || bytes[end - 1] != '"') return fail(CSIMDJSON_UNCLOSED_STRING, start);
    const uint32_t backslash = findBackslash(bytes, start + 1, end - 1);
    if (backslash == end - 1) return append(start, end, CSIMDJSON_STRING);
    return escapesAreValid(backslash, end - 1) && append(start, end, CSIMDJSON_STRING | CSIMDJSON_ESCAPED);
}

bool TapeBuilder::escapesAreValid(uint32_t position, uint32_t end) noexcept {
    while (position < end) {
        if (position + 1 >= end) return fail(CSIMDJSON_BAD_ESCAPE, position);
        const uint8_t escape = bytes[position + 1];
        if (escape != 'u') {
            const bool known = escape != 0 && std::strchr("\"\\/bfnrt", escape) != nullptr;
            if (!known) return fail(CSIMDJSON_BAD_ESCAPE, position);
            position = findBackslash(bytes, position + 2, end);
            continue;
        }
        uint32_t unit = 0, low = 0;
        if (!unicodeEscape(position, end, unit)) return fail(CSIMDJSON_BAD_ESCAPE, position);
        uint32_t size = 6;
        if (unit >= 0xD800 && unit < 0xE000) {
            // A surrogate counts only as a pair: half of one has no UTF-8.
            const bool paired = unit < 0xDC00 && unicodeEscape(position + 6, end, low) && low >= 0xDC00 && low < 0xE000;
            if (!paired) return fail(CSIMDJSON_BAD_ESCAPE, position);
            size = 12;
        }
        position = findBackslash(bytes, position + size, end);
    }
    return true;
}

/// Reads `\uXXXX` at `position`, wholly before `end`.
bool TapeBuilder::unicodeEscape(uint32_t position, uint32_t end, uint32_t &unit) const noexcept {
    if (position + 6 > end || bytes[position] != '\\' || bytes[position + 1] != 'u') return false;
    unit = 0;
    for (uint32_t i = position + 2; i < position + 6; ++i) {
        const uint8_t byte = bytes[i];
        const uint8_t letter = byte | 0x20;
        if (isDigit(byte)) unit = unit << 4 | (byte - '0');
        else if (letter >= 'a' && letter <= 'f') unit = unit << 4 | (letter - 'a' + 10);
        else return false;
    }
    return true;
}

bool TapeBuilder::number() noexcept {
    const uint32_t start = index[cursor];
    const auto at = [this](uint32_t position) noexcept -> uint8_t { return position < length ? bytes[position] : ' '; };
    const auto digits = [&at](uint32_t position) noexcept {
        while (isDigit(at(position))) ++position;
        return position;
    };
    uint32_t position = start + (bytes[start] == '-');
    const uint32_t whole = position;
    position = digits(position);
    if (position == whole || (at(whole) == '0' && position > whole + 1)) return fail(CSIMDJSON_BAD_NUMBER, start);
    if (at(position) == '.') {
        const uint32_t fraction = position + 1;
        position = digits(fraction);
        if (position == fraction) return fail(CSIMDJSON_BAD_NUMBER, start);
    }
    if ((at(position) | 0x20) == 'e') {
        ++position;
        position += at(position) == '+' || at(position) == '-';
        const uint32_t exponent = position;
        position = digits(exponent);
        if (position == exponent) return fail(CSIMDJSON_BAD_NUMBER, start);
    }
    if (!endsScalar(at(position)) || position - start > maxNumberLength) return fail(CSIMDJSON_BAD_NUMBER, start);
    ++cursor;
    return append(start, position, CSIMDJSON_NUMBER);
}

bool TapeBuilder::literal(const char *text, uint32_t size, uint32_t kind) noexcept {
    const uint32_t start = index[cursor];
    const uint32_t end = start + size;
    const bool matches = end <= length && std::memcmp(bytes + start, text, size) == 0;
    if (!matches || (end < length && !endsScalar(bytes[end]))) return fail(CSIMDJSON_MALFORMED, start);
    ++cursor;
    return append(start, end, kind);
}

bool TapeBuilder::append(uint32_t start, uint32_t end, uint32_t info) noexcept {
    if (count >= limits.max_nodes) return fail(CSIMDJSON_TOO_MANY_NODES, start);
    nodes[count] = CSimdJSONNode{start, end, count + 1, info};
    ++count;
    return true;
}

bool TapeBuilder::fail(CSimdJSONCode newCode, uint32_t newOffset) noexcept {
    code = newCode;
    offset = newOffset;
    return false;
}

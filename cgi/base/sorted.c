#include "sorted.h"

size_t sorted_place(const void *key, const void *rows, size_t n, size_t size, sorted_order *order)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order(key, (const char *)rows + middle * size) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int sorted_by_u32(const void *key, const void *row)
{
    uint32_t a = *(const uint32_t *)key, b = *(const uint32_t *)row;
    return (a > b) - (a < b);
}

size_t sorted_place_u32(uint32_t key, const uint32_t *numbers, size_t n)
{
    return sorted_place(&key, numbers, n, sizeof *numbers, sorted_by_u32);
}

size_t sorted_find_u32(uint32_t key, const uint32_t *numbers, size_t n)
{
    size_t at = sorted_place_u32(key, numbers, n);
    return at < n && numbers[at] == key ? at : SIZE_MAX;
}

#include "testing/emulator.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "common/int8Products.h"
#include "common/primitives.h"
#include "testing/emulatedWarp.h"

namespace trtfairmot
{

namespace
{

constexpr size_t kSTACK_BYTES = 64 * 1024;

ucontext_t gScheduler;
std::vector<Thread> gThreads;
std::function<void()> gBody;
int32_t gThread = 0;
int3 gBlock{0, 0, 0};
uint32_t gSeed = 0;
std::vector<std::pair<char const*, char const*>> gReadable;

[[noreturn]] void fail(char const* message)
{
    std::fprintf(stderr, "emulator: %s (thread %d, block %d %d %d)\n", message, gThread, gBlock.x, gBlock.y, gBlock.z);
    std::abort();
}

void waitFor(Wait wait)
{
    gThreads[gThread].wait = wait;
    swapcontext(&gThreads[gThread].context, &gScheduler);
}

void waitForProduct(Wait wait, uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
{
    Thread& thread = gThreads[gThread];
    thread.a = &a;
    thread.b[0] = b0;
    thread.b[1] = b1;
    waitFor(wait);
}

void entry()
{
    gBody();
    gThreads[gThread].wait = Wait::kDONE;
    swapcontext(&gThreads[gThread].context, &gScheduler);
}

// Lets everybody on who waits for something that has come about; false when nobody could be.
bool release()
{
    bool released = false;
    for (size_t warp = 0; warp < gThreads.size(); warp += 32)
    {
        Thread* const lanes = &gThreads[warp];
        auto const all = [&](Wait wait)
        { return std::all_of(lanes, lanes + 32, [&](Thread const& t) { return t.wait == wait; }); };
        auto const operation = all(Wait::kMATRICES) ? loadForWarp
            : all(Wait::kSTORE)                     ? storeForWarp
            : all(Wait::kMULTIPLY)                  ? multiplyForWarp
            : all(Wait::kMULTIPLY_BYTES)            ? multiplyBytesForWarp
            : all(Wait::kSHUFFLE)                   ? shuffleForWarp
                                                    : nullptr;
        if (operation != nullptr)
        {
            operation(lanes);
            std::for_each(lanes, lanes + 32, [](Thread& t) { t.wait = Wait::kNONE; });
            released = true;
        }
    }
    bool const barrier =
        std::all_of(gThreads.begin(), gThreads.end(), [](Thread const& t) { return t.wait == Wait::kBLOCK; });
    if (barrier)
    {
        std::for_each(gThreads.begin(), gThreads.end(), [](Thread& t) { t.wait = Wait::kNONE; });
    }
    return released || barrier;
}

bool finished()
{
    return std::all_of(gThreads.begin(), gThreads.end(), [](Thread const& t) { return t.wait == Wait::kDONE; });
}

void prepare(Thread& thread)
{
    thread.stack = std::make_unique<char[]>(kSTACK_BYTES);
    getcontext(&thread.context);
    thread.context.uc_stack.ss_sp = thread.stack.get();
    thread.context.uc_stack.ss_size = kSTACK_BYTES;
    thread.context.uc_link = nullptr;
    makecontext(&thread.context, entry, 0);
}

void runBlock(int32_t threads, std::function<void()> body)
{
    gBody = std::move(body);
    gThreads = std::vector<Thread>(threads);
    std::vector<int32_t> order(threads);
    std::iota(order.begin(), order.end(), 0);
    std::mt19937 random(gSeed);
    for (Thread& thread : gThreads)
    {
        prepare(thread);
    }
    while (!finished())
    {
        if (gSeed != 0)
        {
            std::shuffle(order.begin(), order.end(), random);
        }
        for (int32_t const thread : order)
        {
            if (gThreads[thread].wait == Wait::kNONE)
            {
                gThread = thread;
                swapcontext(&gScheduler, &gThreads[thread].context);
            }
        }
        if (!finished() && !release())
        {
            fail("threads wait for each other");
        }
    }
}

} // namespace

void emulateGrid(dim3 grid, int32_t threads, size_t sharedBytes, std::function<void(char*)> const& body)
{
    // 1,024-byte alignment, as swizzles need.
    std::vector<char> memory(sharedBytes + 1024);
    char* const shared = memory.data() + (1024 - reinterpret_cast<uintptr_t>(memory.data()) % 1024) % 1024;
    for (uint32_t z = 0; z < grid.z; ++z)
    {
        for (uint32_t y = 0; y < grid.y; ++y)
        {
            for (uint32_t x = 0; x < grid.x; ++x)
            {
                std::memset(shared, 0xFF, sharedBytes);
                gBlock = int3{static_cast<int32_t>(x), static_cast<int32_t>(y), static_cast<int32_t>(z)};
                runBlock(threads, [&]() { body(shared); });
            }
        }
    }
}

void allowReads(void const* begin, size_t bytes)
{
    gReadable.emplace_back(static_cast<char const*>(begin), static_cast<char const*>(begin) + bytes);
}

void forbidReads()
{
    gReadable.clear();
}

void setThreadOrder(uint32_t seed)
{
    gSeed = seed;
}

void checkRead(void const* address, size_t bytes)
{
    char const* const begin = static_cast<char const*>(address);
    bool const allowed = std::any_of(gReadable.begin(), gReadable.end(),
        [&](auto const& range) { return begin >= range.first && begin + bytes <= range.second; });
    if (!allowed)
    {
        fail("a read outside the tensors");
    }
    if (reinterpret_cast<uintptr_t>(address) % bytes != 0)
    {
        fail("a misaligned read");
    }
}

int32_t threadIndex()
{
    return gThread;
}

int3 blockIndex()
{
    return gBlock;
}

void syncBlock()
{
    waitFor(Wait::kBLOCK);
}

void copyAsync16(void* shared, void const* global, bool valid)
{
    checkRead(global, 16);
    std::memset(shared, 0xFF, 16);
    gThreads[gThread].copies.push_back(Copy{shared, global, valid, gThreads[gThread].group});
}

void commitCopies()
{
    ++gThreads[gThread].group;
}

void waitForCopyGroups(int32_t groups)
{
    Thread& thread = gThreads[gThread];
    std::vector<Copy> underway;
    for (Copy const& copy : thread.copies)
    {
        if (copy.group >= thread.group - groups)
        {
            underway.push_back(copy);
            continue;
        }
        copy.valid ? std::memcpy(copy.target, copy.source, 16) : std::memset(copy.target, 0, 16);
    }
    thread.copies = std::move(underway);
}

void waitForCopies()
{
    commitCopies();
    waitForCopyGroups(0);
}

uint32_t shuffle(uint32_t value, int32_t source)
{
    Thread& thread = gThreads[gThread];
    thread.shuffled = value;
    thread.source = source;
    waitFor(Wait::kSHUFFLE);
    return gThreads[gThread].shuffled;
}

void loadMatrices(uint32_t (&fragment)[4], void const* row)
{
    gThreads[gThread].fragment = &fragment;
    gThreads[gThread].row = row;
    waitFor(Wait::kMATRICES);
}

void storeMatrices(void* row, uint32_t const (&fragment)[4])
{
    Thread& thread = gThreads[gThread];
    std::copy(fragment, fragment + 4, thread.stored);
    thread.row = row;
    waitFor(Wait::kSTORE);
}

template <typename T>
void multiplyAccumulate(float (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
{
    gThreads[gThread].sum = &sum;
    gThreads[gThread].floatFromBits = [](uint16_t bits) { return floatsFromWord<T>(bits).x; };
    waitForProduct(Wait::kMULTIPLY, a, b0, b1);
}

void multiplyAccumulate(int32_t (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
{
    gThreads[gThread].integerSum = &sum;
    waitForProduct(Wait::kMULTIPLY_BYTES, a, b0, b1);
}

template void multiplyAccumulate<__half>(float (&)[4], uint32_t const (&)[4], uint32_t, uint32_t);
template void multiplyAccumulate<__nv_bfloat16>(float (&)[4], uint32_t const (&)[4], uint32_t, uint32_t);

} // namespace trtfairmot

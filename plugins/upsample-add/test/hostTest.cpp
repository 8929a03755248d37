// upsample_host_test: the upsampling kernel, emulated on the CPU, against the definition. Needs no GPU.
// usage: upsample_host_test [number of random cases]
#include <cstdio>
#include <cstdlib>
#include <random>

#include "testing/emulator.h"
#include "testing/guard.h"
#include "upsampleCase.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;

void runCase(UpsampleAddParams const& params, uint32_t seed)
{
    UpsampleCase const layer = randomUpsample(params, seed);
    UpsampleBytes const bytes = bytesOfUpsample(layer);
    std::vector<uint8_t> output = guarded<uint8_t>(bytes.outputBytes);
    forbidReads();
    allowReads(bytes.x.data(), bytes.x.size());
    allowReads(bytes.skip.data(), bytes.skip.size());
    allowReads(bytes.weights.data(), bytes.weights.size());
    UpsampleAddTensors const tensors{bytes.x.data(), bytes.skip.data(), bytes.weights.data(), output.data()};
    cudaError_t const status = upsampleAddForward(params, tensors, nullptr);
    bool const intact = cutGuard(output);
    double const worst = worstError(layer, output, 1);
    bool const passed = status == cudaSuccess && intact && worst <= 1.0;
    gFailures += passed ? 0 : 1;
    std::printf("%s worst %.3f of what rounding allows%s  %s\n", passed ? "ok  " : "FAIL", worst,
        intact ? "" : " GUARD", describe(params).c_str());
}

void testFactors()
{
    for (int32_t const factor : {2, 4})
    {
        for (uint32_t seed = 0; seed < 3; ++seed)
        {
            setThreadOrder(seed);
            runCase(UpsampleAddParams{2, 24, 5, 7, factor}, 3U + seed);
            runCase(UpsampleAddParams{1, 64, 3, 34, factor}, 5U + seed);
        }
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(20240607);
    for (int32_t i = 0; i < count; ++i)
    {
        auto const upTo = [&](int32_t last)
        { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(last)); };
        UpsampleAddParams const params{upTo(3), 8 * upTo(9), upTo(9), upTo(12), 2 * upTo(2)};
        setThreadOrder(random() % 3);
        runCase(params, random());
    }
}

void testRefusals()
{
    UpsampleAddTensors const none{nullptr, nullptr, nullptr, nullptr};
    for (UpsampleAddParams const& params :
        {UpsampleAddParams{0, 8, 4, 4, 2}, UpsampleAddParams{1, 12, 4, 4, 2}, UpsampleAddParams{1, 8, 0, 4, 2},
            UpsampleAddParams{1, 8, 4, 4, 3}, UpsampleAddParams{1, 1024, 4000, 4000, 4}})
    {
        bool const refused = upsampleAddForward(params, none, nullptr) == cudaErrorInvalidValue;
        gFailures += refused ? 0 : 1;
        std::printf("%s refusal of %s\n", refused ? "ok  " : "FAIL", describe(params).c_str());
    }
}

} // namespace

int main(int argc, char** argv)
{
    testRefusals();
    testFactors();
    testRandom(argc > 1 ? std::atoi(argv[1]) : 60);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}

// upsample_test: the upsampling kernel on the GPU against the definition on the CPU.
// usage: upsample_test [--reduced]
//   --reduced  small shapes only, for compute-sanitizer
#include <cstdio>
#include <cstring>
#include <random>

#include "deviceUpsample.h"

using namespace trtfairmot;

namespace
{

int32_t gRuns = 0;
int32_t gFailures = 0;
double gWorst = 0.0;
cudaStream_t gStream = nullptr;

std::vector<uint8_t> runOnce(DeviceUpsample& device, UpsampleAddParams const& params, int32_t cut, bool& guardIntact)
{
    device.poison(gStream);
    checkCuda(upsampleAddForward(params, device.tensors(), gStream, cut), "upsampleAddForward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    return device.output(guardIntact);
}

// Values, the same bits again, and nothing written behind the output.
void runCase(UpsampleAddParams const& params, int32_t cut, int32_t every, uint32_t seed)
{
    UpsampleCase const layer = randomUpsample(params, seed);
    DeviceUpsample device(bytesOfUpsample(layer));
    bool guardIntact = false;
    std::vector<uint8_t> const output = runOnce(device, params, cut, guardIntact);
    bool const same = runOnce(device, params, cut, guardIntact) == output;
    double const worst = worstError(layer, output, every);
    bool const passed = worst <= 1.0 && same && guardIntact;
    ++gRuns;
    gFailures += passed ? 0 : 1;
    gWorst = worst > gWorst ? worst : gWorst;
    if (!passed || every > 1)
    {
        std::printf("%s cut %d worst %.3f of what rounding allows%s%s  %s\n", passed ? "ok  " : "FAIL", cut, worst,
            same ? "" : " NOT REPEATABLE", guardIntact ? "" : " GUARD", describe(params).c_str());
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(20240607);
    for (int32_t i = 0; i < count; ++i)
    {
        auto const upTo = [&](int32_t last) { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(last)); };
        UpsampleAddParams const params{upTo(3), 8 * upTo(12), upTo(20), upTo(24), 2 * upTo(2)};
        runCase(params, i % (upsampleAddCutCount(params.factor) + 1) - 1, 1, random());
    }
}

void testNetwork()
{
    for (int32_t const batch : {1, 3})
    {
        for (FairmotUpsampling const& layer : fairmotUpsamplings(batch))
        {
            for (int32_t cut = -1; cut < upsampleAddCutCount(layer.params.factor); ++cut)
            {
                runCase(layer.params, cut, 17, 9U);
            }
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    bool const reduced = argc == 2 && std::strcmp(argv[1], "--reduced") == 0;
    if (argc > 1 && !reduced)
    {
        std::printf("usage: upsample_test [--reduced]\n");
        return 2;
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    testRandom(reduced ? 24 : 200);
    if (!reduced)
    {
        testNetwork();
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    std::printf("%s: %d failures in %d runs, worst %.3f of what rounding allows\n", gFailures == 0 ? "PASS" : "FAIL",
        gFailures, gRuns, gWorst);
    return gFailures == 0 ? 0 : 1;
}

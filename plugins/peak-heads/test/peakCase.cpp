#include "peak-heads/test/peakCase.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "common/elements.h"

namespace trtfairmot
{

namespace
{

float halfOf(float value)
{
    return __half2float(__float2half_rn(value));
}

std::vector<float> normals(std::mt19937& random, size_t count, float deviation, bool half)
{
    std::normal_distribution<float> distribution(0.F, deviation);
    std::vector<float> values(count);
    for (float& value : values)
    {
        value = half ? halfOf(distribution(random)) : distribution(random);
    }
    return values;
}

float logitOf(MapKind kind, std::mt19937& random, float normal)
{
    float const infinity = std::numeric_limits<float>::infinity();
    switch (kind)
    {
    case MapKind::kPLATEAUS:
        return std::round(normal * 1.2F) * 0.5F - 2.F;
    case MapKind::kEQUAL:
        return -1.5F;
    case MapKind::kFEW:
        return random() % 40 == 0 ? normal : -200.F;
    case MapKind::kNONE:
        return random() % 2 == 0 ? -120.F : -infinity;
    case MapKind::kNAN:
        return random() % 50 == 0 ? std::numeric_limits<float>::quiet_NaN() : normal * 2.F - 5.F;
    case MapKind::kCLOSE:
        return (random() % 2 == 0 ? 3.F : -85.F) + static_cast<float>(random() % 5) * 2e-7F;
    case MapKind::kSATURATED:
        return random() % 6 == 0 ? infinity : normal * 20.F;
    default:
        return normal * 2.F - 6.F;
    }
}

std::vector<uint8_t> bytesOfFloats(std::vector<float> const& values)
{
    std::vector<uint8_t> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

std::vector<uint8_t> bytesOfHalves(std::vector<float> const& values)
{
    std::vector<uint8_t> bytes(values.size() * sizeof(__half));
    for (size_t i = 0; i < values.size(); ++i)
    {
        __half const half = __float2half_rn(values[i]);
        std::memcpy(bytes.data() + i * sizeof(half), static_cast<void const*>(&half), sizeof(half));
    }
    return bytes;
}

} // namespace

char const* nameOf(MapKind kind)
{
    static char const* const kNAMES[] = {"random", "plateaus", "equal", "few", "none", "nan", "close", "saturated", "broken"};
    return kNAMES[static_cast<int32_t>(kind)];
}

PeakCase randomCase(PeakHeadsParams const& p, MapKind kind, uint32_t seed)
{
    std::mt19937 random(seed);
    PeakCase result;
    result.params = p;
    result.kind = kind;
    size_t const pixels = static_cast<size_t>(p.batch) * p.height * p.width;
    size_t const hidden = static_cast<size_t>(p.channels.heads()) * p.hidden;
    size_t const patch = 9 * static_cast<size_t>(p.features);
    result.logits = normals(random, pixels * p.classes, 1.F, false);
    for (float& logit : result.logits)
    {
        logit = logitOf(kind, random, logit);
        logit = p.halfLogits ? halfOf(logit) : logit;
    }
    result.features = normals(random, pixels * p.features, 1.F, true);
    for (size_t i = 0; kind == MapKind::kBROKEN && i < result.features.size(); i += 1 + random() % 400)
    {
        result.features[i] = random() % 2 == 0 ? std::numeric_limits<float>::quiet_NaN() : 65504.F;
    }
    result.firstWeight = normals(random, hidden * patch, 1.F / std::sqrt(static_cast<float>(patch)), true);
    result.firstBias = normals(random, hidden, 0.3F, false);
    result.secondWeight = normals(random, static_cast<size_t>(p.channels.sum()) * p.hidden,
        1.F / std::sqrt(static_cast<float>(p.hidden)), true);
    result.secondBias = normals(random, p.channels.sum(), 0.3F, false);
    return result;
}

PeakHeadsParams randomParams(uint32_t seed, int64_t budget)
{
    std::mt19937 random(seed);
    auto const upTo = [&](int32_t most) { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(most)); };
    PeakHeadsParams p;
    p.batch = upTo(3);
    p.classes = random() % 3 == 0 ? upTo(3) : 1;
    p.height = upTo(40);
    p.width = upTo(70);
    p.features = 8 * upTo(random() % 2 == 0 ? 3 : 8);
    p.hidden = 64 * upTo(random() % 3 == 0 ? 4 : 2);
    p.channels = HeadChannels{random() % 2 == 0 ? 4 : 2, random() % 4 == 0 ? 0 : 2, 4 * upTo(40)};
    p.topK = upTo(150);
    p.stride = random() % 2 == 0 ? 4 : upTo(8);
    p.halfLogits = random() % 2 == 0;
    int64_t const each = int64_t{9} * p.features * p.channels.heads() * p.hidden;
    while (p.topK > 1 && each * p.topK * p.batch > budget)
    {
        p.batch > 1 ? --p.batch : p.topK /= 2;
    }
    return p;
}

std::string describe(PeakHeadsParams const& p)
{
    return std::to_string(p.batch) + "x" + std::to_string(p.classes) + "x" + std::to_string(p.height) + "x"
        + std::to_string(p.width) + (p.halfLogits ? " half" : " float") + ", features " + std::to_string(p.features)
        + ", hidden " + std::to_string(p.hidden) + ", wh " + std::to_string(p.channels.wh) + " reg "
        + std::to_string(p.channels.reg) + " id " + std::to_string(p.channels.id) + ", top "
        + std::to_string(p.topK) + ", stride " + std::to_string(p.stride);
}

PeakBytes bytesOfCase(PeakCase const& c)
{
    return PeakBytes{c.params.halfLogits ? bytesOfHalves(c.logits) : bytesOfFloats(c.logits),
        bytesOfHalves(c.features), bytesOfHalves(c.firstWeight), bytesOfFloats(c.firstBias),
        bytesOfHalves(c.secondWeight), bytesOfFloats(c.secondBias)};
}

PeakRows::PeakRows(PeakHeadsParams const& p)
    : boxes(static_cast<size_t>(p.batch) * p.topK * 4), scores(static_cast<size_t>(p.batch) * p.topK),
      classes(static_cast<size_t>(p.batch) * p.topK),
      embeddings(static_cast<size_t>(p.batch) * p.topK * p.channels.id)
{
}

} // namespace trtfairmot

#include "benchOptions.h"

#include <cstdio>
#include <cstdlib>

namespace trtfairmot
{

namespace
{

// The option of that name, if it is one without a value.
bool* flagOf(BenchOptions& options, std::string const& name)
{
    return name == "--tune" ? &options.tune
        : name == "--packed" ? &options.packed
        : name == "--fused"  ? &options.fused
        : name == "--half"   ? &options.half
                             : nullptr;
}

bool takeValue(BenchOptions& options, std::string const& name, char const* value)
{
    static std::string const kTYPES[] = {"fp32", "fp16", "bf16"};
    static std::string const kOFFSETS[] = {"none", "small", "large"};
    if (name == "--batch" || name == "--repeats")
    {
        int32_t const number = std::atoi(value);
        (name == "--batch" ? options.batch : options.repeats) = number;
        return number > 0;
    }
    if (name == "--only")
    {
        options.only = value;
        return true;
    }
    for (int32_t i = 0; i < 3; ++i)
    {
        if (name == "--type" && kTYPES[i] == value)
        {
            options.type = static_cast<ElementType>(i);
            return true;
        }
        if (name == "--offsets" && kOFFSETS[i] == value)
        {
            options.offsets = static_cast<OffsetKind>(i);
            return true;
        }
    }
    return false;
}

} // namespace

BenchOptions benchOptionsFrom(int argc, char** argv)
{
    BenchOptions options;
    for (int i = 1; i < argc; ++i)
    {
        if (bool* const flag = flagOf(options, argv[i]))
        {
            *flag = true;
        }
        else if (i + 1 < argc && takeValue(options, argv[i], argv[i + 1]))
        {
            ++i;
        }
        else
        {
            std::printf("usage: dcnv2_bench [--batch N] [--type fp16|fp32|bf16] [--offsets none|small|large] [--tune] "
                        "[--packed] [--fused] [--half] [--repeats N] [--only LAYER]\n");
            std::exit(2);
        }
    }
    return options;
}

} // namespace trtfairmot

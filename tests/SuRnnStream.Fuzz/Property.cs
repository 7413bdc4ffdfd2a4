using CsCheck;

namespace SuRnnStream.Fuzz;

/// <summary>A law, tried on made inputs: the same ones in every run. One that breaks it is made small by CsCheck, which says its seed.</summary>
static class Property
{
    const ulong Seed = 29;

    public static void Holds<T>(this Gen<T> inputs, int count, Action<T> law)
    {
        var random = new PCG(1, Seed);
        for (var i = 0; i < count; i++)
        {
            var seed = random.ToString();
            try
            {
                law(inputs.Generate(random, null, out _));
            }
            catch
            {
                inputs.Sample(law, seed: seed, iter: 1_000, threads: 1); // smaller ones that break it, too
                throw;
            }
        }
    }
}

using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Evaluation;

/// <summary>Which sounds a model was judged on, and who has looked at them before.</summary>
/// <param name="Hash">SHA-256 of all sounds and their events, in hexadecimal digits: another set of files, or another label, has another.</param>
/// <param name="Files">Recordings and clips in it.</param>
public sealed record JudgedSet(string Hash, int Files)
{
    /// <summary>Looks at the same set with other settings, by the ledger that was given, the first ones first.</summary>
    public IReadOnlyList<EarlierLook> EarlierLooks { get; init; } = [];

    /// <summary>True: a ledger was given, so that no earlier look is known if there is none.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Clips and recordings that the model was trained on too; null: nothing is known of its training.</summary>
    public LeakCheck? Leaks { get; init; }

    /// <summary>First digits, by which people call it.</summary>
    public string Name => Hash[..Math.Min(12, Hash.Length)];

    /// <param name="streams">With their hashes; a sound under several conditions counts once.</param>
    internal static JudgedSet? Of(IReadOnlyList<JudgedStream> streams)
    {
        string[] hashes = [.. streams.Where(stream => stream.Hash.Length > 0).Select(stream => (stream.IsNegative ? "-" : "+") + Convert.ToHexString(stream.Hash)).Distinct().Order(StringComparer.Ordinal)];
        if (hashes.Length == 0) return null;
        return new JudgedSet(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', hashes)))), hashes.Length);
    }
}

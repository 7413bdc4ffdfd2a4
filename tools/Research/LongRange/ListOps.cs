namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Nested lists such as [MAX 2 9 [MIN 4 7 ] 0 ]: made as Long Range Arena's generator makes them (its parentheses, which its tokenizer
/// drops, left out), and their answers.
/// </summary>
static class ListOps
{
    public const byte Pad = 0, Zero = 1, Min = 11, Max = 12, Med = 13, Sm = 14, Close = 15;
    public const int MaxArguments = 10, MaxDepth = 10;
    const double InnerNode = 0.25;

    public static readonly IReadOnlyList<string> Vocabulary = ["PAD", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "[MIN", "[MAX", "[MED", "[SM", "]"];

    /// <summary>An expression of more than `above` and fewer than `below` tokens at the start of the buffer, which holds `below`.</summary>
    public static ReadOnlySpan<byte> Generate(Dice dice, int above, int below, byte[] buffer)
    {
        while (true)
        {
            var length = Grow(dice, 1, 0, below, buffer);
            if (length > above && length < below) return buffer.AsSpan(0, length);
        }
    }

    /// <summary>A number, or an operator with 2 to 10 such nodes. Returns where it ends; `below` if it does not fit.</summary>
    static int Grow(Dice dice, int depth, int at, int below, byte[] buffer)
    {
        if (at >= below) return below;
        if (depth == MaxDepth || dice.NextDouble() > InnerNode)
        {
            buffer[at] = (byte)(Zero + dice.Next(10));
            return at + 1;
        }
        buffer[at++] = (byte)(Min + dice.Next(4));
        for (var arguments = dice.Next(2, MaxArguments + 1); arguments > 0; arguments--) at = Grow(dice, depth + 1, at, below, buffer);
        if (at >= below) return below;
        buffer[at] = Close;
        return at + 1;
    }

    /// <summary>0 to 9. The median of an even count is the mean of the middle two, rounded down; SM is the sum modulo 10.</summary>
    public static int Evaluate(ReadOnlySpan<byte> expression)
    {
        var at = 0;
        return Evaluate(expression, ref at);
    }

    static int Evaluate(ReadOnlySpan<byte> expression, ref int at)
    {
        var token = expression[at++];
        if (token < Min) return token - Zero;
        Span<int> arguments = stackalloc int[MaxArguments];
        var n = 0;
        while (expression[at] != Close) arguments[n++] = Evaluate(expression, ref at);
        at++;
        arguments = arguments[..n];
        arguments.Sort();
        return token switch
        {
            Min => arguments[0],
            Max => arguments[^1],
            Med => (arguments[(n - 1) / 2] + arguments[n / 2]) / 2,
            _ => Sum(arguments) % 10,
        };
    }

    static int Sum(ReadOnlySpan<int> numbers)
    {
        var sum = 0;
        foreach (var number in numbers) sum += number;
        return sum;
    }
}

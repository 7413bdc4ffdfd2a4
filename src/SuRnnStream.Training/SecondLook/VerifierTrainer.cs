using System.Diagnostics;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training.SecondLook;

/// <summary>How a model's own second look is trained.</summary>
sealed record VerifierFit
{
    public int Batch { get; init; } = 160;
    public double Minutes { get; init; } = 30;         // the learning rate falls to its end until then
    public int Steps { get; init; }                    // until then in place of minutes, so that runs compare; 0: by minutes
    public double LearningRate { get; init; } = 1.5e-3; // of the head; the convolutions, which begin trained, take a part of it
    public double TrunkPart { get; init; } = 0.4;
    public double Dropout { get; init; } = 0.2;
    public double Smoothing { get; init; } = 0.05;
    public int HeadSteps { get; init; } = 1500;        // of 256 windows of the bank, before: the convolutions wait
    public double Real { get; init; } = 0.5;           // part of the windows that a first stage proposed; the others are mixed
    public double Distillation { get; init; } = 0.5;   // weight of what a teacher says about a sound, where there is one
    public double Answers { get; init; } = 0.4;        // part of the target that its answers are, of a word that it has an answer for
    public double Hard { get; init; }                  // part of the proposed windows that are no command which is drawn from the hardest tenth of its kind: what the network takes for a command most
    public int Seed { get; init; } = 1;
}

/// <summary>
/// Trains a second look on windows that first stages proposed and on windows mixed in the mel plane: commands alike, other words, running speech, noise.
/// </summary>
/// <param name="shape">Of the network.</param>
/// <param name="labels">Of the model, silence and unknown first.</param>
/// <param name="mixer">Mixes windows.</param>
/// <param name="bank">Proposed windows to learn from.</param>
/// <param name="held">Proposed windows of other speakers, to tell how it goes.</param>
/// <param name="fit">How.</param>
/// <param name="distillation">A teacher's of the mixer's words, so that the bank has its numbers, too; null: none.</param>
sealed class VerifierTrainer(ModelVerifier shape, IReadOnlyList<string> labels, MelMixer mixer, CandidateBank bank, CandidateBank held, VerifierFit fit, WordDistillation? distillation = null)
{
    const int ReportEvery = 100, KeepEvery = 300;
    const double Commands = 0.42, OtherWords = 0.26, Speech = 0.28; // parts of the windows; the rest is noise
    const double HardestPart = 0.1;
    const int Minings = 3;          // how often the hardest windows are looked for, evenly over the training
    const double Beginnings = 0.4; // part of the proposed other words, where there are words that begin like a command

    readonly int _bands = (int)mixer.Speech.Plane.shape[1];

    /// <param name="start">Tensors to begin with, see <see cref="VerifierNet.Start"/>; null: at random.</param>
    /// <param name="say">Told how it goes.</param>
    /// <param name="keep">Given the averaged weights now and then and at the end.</param>
    /// <param name="stop">Ends it early.</param>
    public void Run(IReadOnlyDictionary<string, float[]>? start, Action<string> say, Action<Dictionary<string, float[]>> keep, CancellationToken stop)
    {
        random.manual_seed(fit.Seed);
        using var outer = NewDisposeScope();
        var told = distillation is null ? 0 : SpeechTeacher.Length;
        VerifierNet net = new(shape, _bands, labels.Count, told), twin = new(shape, _bands, labels.Count, told);
        if (start is not null) net.Start(start);
        twin.eval();
        var step = 0;
        var (trunk, head) = (new AdamW(net.Trunk, 1e-2, 5, 0.997), new AdamW(net.Head, 1e-2, 5, 0.997));
        if (start is not null && !start.ContainsKey("hidden.weight") && fit.HeadSteps > 0)
        {
            FitHead(net, say);
            head.BeginAverage();
            Keep(); // of use if nothing comes after
        }
        var (clock, sum, apartSum, right, seen) = (Stopwatch.StartNew(), 0.0, 0.0, 0L, 0L);
        net.train();
        var mined = 0;
        while (Progress() < 1 && !stop.IsCancellationRequested)
        {
            if (fit.Hard > 0 && mined < Minings && Progress() >= (double)mined / Minings)
            {
                mined++;
                say(FormattableString.Invariant($"step {step}: {Mine(net)}"));
            }
            using var scope = NewDisposeScope();
            var (frames, classes, shifts, numbers, known, answers) = Make(new Random(Data.SegmentMaker.HashCode(fit.Seed, 9, step)));
            trunk.ZeroGradients();
            head.ZeroGradients();
            var pooled = net.Pooled(net.Convolved(frames), shifts);
            var logits = net.Answer(pooled, fit.Dropout);
            var target = tensor(classes);
            var wanted = nn.functional.one_hot(target, labels.Count) * (1 - fit.Smoothing) + fit.Smoothing / labels.Count;
            if (answers is not null) wanted = wanted + (answers - wanted) * (answers.sum([1], keepdim: true) > 0.5) * fit.Answers;
            var loss = -(wanted * nn.functional.log_softmax(logits, 1)).sum([1]).mean();
            var apart = numbers is null ? zeros(1).squeeze(0) : ((net.Distilled(pooled) - numbers).pow(2).mean([1]) * known!).sum() / known!.sum().clamp_min(1);
            (sum, apartSum) = (sum + loss.item<float>(), apartSum + apart.item<float>());
            if (numbers is not null) loss = loss + fit.Distillation * apart;
            loss.backward();
            var rate = fit.LearningRate * Math.Min(1, (step + 1) / 100.0) * 0.5 * (1.001 + Math.Cos(Math.PI * Math.Min(1, Progress())));
            trunk.Step(rate * fit.TrunkPart);
            head.Step(rate);
            (right, seen) = (right + logits.detach().argmax(1).eq(target).sum().item<long>(), seen + classes.Length);
            step++;
            if (step % KeepEvery == 0) Keep();
            if (step % ReportEvery != 0) continue;
            say(FormattableString.Invariant($"step {step}, {clock.Elapsed.TotalMinutes:0.0} min: loss {sum / ReportEvery:0.000}, {(distillation is null ? "" : FormattableString.Invariant($"apart from the teacher {apartSum / ReportEvery:0.000}, "))}right {100.0 * right / seen:0.0} %"));
            (sum, apartSum, right, seen) = (0, 0, 0, 0);
        }
        Keep();

        double Progress() => fit.Steps > 0 ? (double)step / fit.Steps : clock.Elapsed.TotalMinutes / fit.Minutes;

        void Keep()
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            trunk.CopyAverageTo(twin.Trunk);
            head.CopyAverageTo(twin.Head);
            keep(twin.Export());
            say(FormattableString.Invariant($"step {step}: {Held(twin)}"));
        }
    }

    /// <summary>The layers after the convolutions on windows of the bank, whose means are worked out once: minutes less than with the convolutions.</summary>
    void FitHead(VerifierNet net, Action<string> say)
    {
        const int Size = 256;
        var (shifts, width, length) = (shape.Shifts, shape.Segments * shape.Channels, shape.Frames * _bands);
        var means = new Half[bank.Count][]; // [windows][Shifts * width]
        using (no_grad())
        {
            for (var from = 0; from < bank.Count; from += Size)
            {
                using var scope = NewDisposeScope();
                var n = Math.Min(Size, bank.Count - from);
                var values = new float[n * length];
                for (var i = 0; i < n; i++)
                {
                    bank.Read(from + i, values.AsSpan(i * length, length));
                    means[from + i] = new Half[shifts * width];
                }
                var outputs = net.Convolved(tensor(values, [n, shape.Frames, _bands]));
                for (var shift = 0; shift < shifts; shift++)
                {
                    var pooled = net.Pooled(outputs, [.. Enumerable.Repeat((long)shift, n)]).contiguous().data<float>().ToArray();
                    for (var i = 0; i < pooled.Length; i++) means[from + i / width][shift * width + i % width] = (Half)pooled[i];
                }
            }
        }
        var (adam, sum) = (new AdamW(net.Head, 1e-2, 5, 0.99), 0.0);
        net.train();
        for (var step = 0; step < fit.HeadSteps; step++)
        {
            using var scope = NewDisposeScope();
            var random = new Random(Data.SegmentMaker.HashCode(fit.Seed, 10, step));
            var (values, classes) = (new float[Size * width], new long[Size]);
            for (var b = 0; b < Size; b++)
            {
                var window = -1;
                while (window < 0) window = Proposed(random);
                classes[b] = bank.LabelOf(window);
                var from = random.Next(shifts) * width;
                for (var i = 0; i < width; i++) values[b * width + i] = (float)means[window][from + i];
            }
            adam.ZeroGradients();
            var loss = nn.functional.cross_entropy(net.Answer(tensor(values, [Size, width]), 2 * fit.Dropout), tensor(classes), label_smoothing: fit.Smoothing);
            loss.backward();
            adam.Step(2e-3 * Math.Min(1, (step + 1) / 50.0) * 0.5 * (1.001 + Math.Cos(Math.PI * step / fit.HeadSteps)));
            sum += loss.item<float>();
            if ((step + 1) % 500 == 0) say(FormattableString.Invariant($"head, step {step + 1}: loss {sum / 500:0.000}"));
            if ((step + 1) % 500 == 0) sum = 0;
        }
    }

    /// <summary>A batch: half of it proposed windows, half mixed ones. With a teacher its numbers, which of them there are, and its answers, of which some are zeros.</summary>
    (Tensor Frames, long[] Classes, long[] Shifts, Tensor? Numbers, Tensor? Known, Tensor? Answers) Make(Random random)
    {
        var real = (int)(fit.Batch * fit.Real);
        var (values, classes, told, known) = (new float[real * shape.Frames * _bands], new long[fit.Batch], new float[real * SpeechTeacher.Length], new float[fit.Batch]);
        for (var b = 0; b < real; b++)
        {
            var window = -1;
            while (window < 0) window = Proposed(random);
            bank.Read(window, values.AsSpan(b * shape.Frames * _bands, shape.Frames * _bands));
            classes[b] = bank.LabelOf(window);
            var target = bank.TargetOf(window);
            for (var i = 0; i < target.Length; i++) told[b * SpeechTeacher.Length + i] = (float)target[i];
            known[b] = target.Length > 0 ? 1 : 0;
        }
        int[] sounds = [.. Enumerable.Range(0, fit.Batch - real).Select(_ => KindOf(random) switch
        {
            CandidateBank.Kind.Command => mixer.Table.Draw(random, unknown: false),
            CandidateBank.Kind.OtherWord => mixer.Table.Draw(random, unknown: true),
            CandidateBank.Kind.Speech => MelMixer.SpeechWindow,
            _ => MelMixer.NoiseWindow,
        })];
        for (var i = 0; i < sounds.Length; i++) classes[real + i] = sounds[i] switch { MelMixer.SpeechWindow => 1, MelMixer.NoiseWindow => 0, var sound => mixer.Table.Labels[sound] };
        var frames = mixer.MakeWindows(sounds, shape.Frames, random);
        if (real > 0) frames = cat([mixer.Change(tensor(values, [real, shape.Frames, _bands]), random), frames], 0);
        long[] shifts = [.. classes.Select(_ => (long)random.Next(shape.Shifts))];
        if (distillation is null) return (frames, classes, shifts, null, null, null);
        for (var i = 0; i < sounds.Length; i++) known[real + i] = sounds[i] >= 0 && distillation.Known[sounds[i]] ? 1 : 0;
        var rows = tensor(sounds.Select(sound => (long)Math.Max(0, sound)).ToArray());
        var mine = tensor(known).unsqueeze(1);
        var numbers = cat([distillation.Standardised(tensor(told, [real, SpeechTeacher.Length])), distillation.Numbers.index_select(0, rows)], 0);
        var answers = cat([zeros(real, labels.Count), distillation.Answers.index_select(0, rows)], 0) * mine;
        return (frames, classes, shifts, numbers, mine.squeeze(1), answers);
    }

    /// <summary>Looks for the windows without a command that the network takes for one most.</summary>
    string Mine(VerifierNet net)
    {
        const int Size = 256;
        int[] windows = [.. Enumerable.Range(0, bank.Count).Where(window => bank.LabelOf(window) == 1)];
        var scored = new List<(int, float)>(windows.Length);
        net.eval();
        using (no_grad())
        {
            foreach (var some in windows.Chunk(Size))
            {
                using var scope = NewDisposeScope();
                var values = new float[some.Length * shape.Frames * _bands];
                foreach (var (i, window) in some.Index()) bank.Read(window, values.AsSpan(i * shape.Frames * _bands, shape.Frames * _bands));
                var told = net.Logits(tensor(values, [some.Length, shape.Frames, _bands]), [.. Enumerable.Repeat((long)(shape.Shifts / 2), some.Length)]).softmax(1);
                scored.AddRange(some.Zip(told.narrow(1, 2, labels.Count - 2).amax([1]).data<float>().ToArray()));
            }
        }
        net.train();
        bank.TakeHardest(scored, HardestPart);
        return FormattableString.Invariant($"{scored.Count(one => one.Item2 > 0.5)} of {scored.Count} proposed windows without a command are taken for one");
    }

    int Proposed(Random random)
    {
        var kind = KindOf(random);
        if (fit.Hard > 0 && random.NextDouble() < fit.Hard && bank.DrawHard(kind, random) is >= 0 and var hard) return hard;
        return kind == CandidateBank.Kind.OtherWord && random.NextDouble() < Beginnings && bank.Draw(CandidateBank.Kind.Beginning, random) is >= 0 and var beginning ? beginning : bank.Draw(kind, random);
    }

    static CandidateBank.Kind KindOf(Random random) => random.NextDouble() switch
    {
        < Commands => CandidateBank.Kind.Command,
        < Commands + OtherWords => CandidateBank.Kind.OtherWord,
        < Commands + OtherWords + Speech => CandidateBank.Kind.Speech,
        _ => CandidateBank.Kind.Noise,
    };

    /// <summary>Right of the held windows, the mean over commands and over others, and how many others look like a command.</summary>
    string Held(VerifierNet net)
    {
        var (right, counts, like) = (new long[2], new long[2], 0L);
        const int Size = 200;
        for (var from = 0; from < held.Count; from += Size)
        {
            using var scope = NewDisposeScope();
            var n = Math.Min(Size, held.Count - from);
            var values = new float[n * shape.Frames * _bands];
            for (var i = 0; i < n; i++) held.Read(from + i, values.AsSpan(i * shape.Frames * _bands, shape.Frames * _bands));
            var answers = net.Logits(tensor(values, [n, shape.Frames, _bands]), [.. Enumerable.Repeat((long)(shape.Shifts / 2), n)]).argmax(1).data<long>().ToArray();
            for (var i = 0; i < n; i++)
            {
                var group = held.LabelOf(from + i) > 1 ? 0 : 1;
                counts[group]++;
                if (group == 0 ? answers[i] == held.LabelOf(from + i) : answers[i] <= 1) right[group]++;
                else if (group == 1) like++;
            }
        }
        return FormattableString.Invariant($"of other speakers {100.0 * right[0] / Math.Max(1, counts[0]):0.0} % of {counts[0]} commands right, {like} of {counts[1]} others taken for a command");
    }
}

internal import Cryptography
internal import Exchange
internal import Journal

/// A key that has used up an allowance, so that what it wrote waits.
struct Postponement: Hashable, Sendable {
    let key: KeyID
    let allowance: Allowance
}

/// What was taken of each node key since this node was opened.
struct Allowances: Sendable {
    let limits: AllowanceLimits
    private var entries: [KeyID: DailyAllowance] = [:]
    private var records: [KeyID: DailyAllowance] = [:]
    /// Unsealed instruments that were taken beyond their number, on the day of the last one.
    private var beyond: [KeyID: (day: DailyAllowance.Day, count: Int)] = [:]

    /// What was said of keys that have used up an allowance, and on which day.
    private var said: (day: DailyAllowance.Day, of: Set<Postponement>) = (0, [])

    init(_ limits: AllowanceLimits) { self.limits = limits }

    /// What storing a batch would need and its key has used up; nil if there is room. The batch that uses up an allowance
    /// is taken whole.
    ///
    /// - Parameter unsealed: instruments by this key that nobody has sealed.
    func usedUp(for batch: VerifiedBatch, unsealed: Int, today: DailyAllowance.Day) -> Allowance? {
        let key = batch.key.id
        for entry in batch.entries {
            let isRecord = entry.header.kind.isAgreement
            let allowance = isRecord ? records[key] : entries[key]
            if allowance?.hasRoom(forTime: entry.header.time, today: today) == false {
                return isRecord ? .records : .entries
            }
        }
        let hasInstrument = batch.entries.contains { $0.header.kind == .instrument }
        return hasInstrument && !takesInstruments(by: key, unsealed: unsealed, today: today) ? .instruments : nil
    }

    /// Whether a key may write so today, whatever time its entries claim.
    func isOpen(_ allowance: Allowance, to key: KeyID, unsealed: Int, today: DailyAllowance.Day) -> Bool {
        let now = today * DailyAllowance.secondsPerDay
        switch allowance {
        case .entries: return entries[key]?.hasRoom(forTime: now, today: today) ?? true
        case .records: return records[key]?.hasRoom(forTime: now, today: today) ?? true
        case .instruments: return takesInstruments(by: key, unsealed: unsealed, today: today)
        }
    }

    private func takesInstruments(by key: KeyID, unsealed: Int, today: DailyAllowance.Day) -> Bool {
        guard unsealed >= limits.unsealedInstruments, let beyond = beyond[key], beyond.day == today else { return true }
        return beyond.count < limits.instrumentsBeyondPerDay
    }

    /// Counts what is stored.
    mutating func take(_ batch: VerifiedBatch, unsealed: Int, today: DailyAllowance.Day) {
        let key = batch.key.id
        for entry in batch.entries {
            let byteCount = entry.received.header.count + (entry.body?.count ?? 0)
            let time = entry.header.time
            if entry.header.kind.isAgreement {
                records[key, default: DailyAllowance()].take(
                    byteCount: byteCount, time: time, today: today, limit: recordsOfADay)
            } else {
                entries[key, default: DailyAllowance()].take(
                    byteCount: byteCount, time: time, today: today, limit: entriesOfADay)
            }
        }
        let instruments = batch.entries.count { $0.header.kind == .instrument }
        guard instruments > 0, unsealed >= limits.unsealedInstruments else { return }
        let before = beyond[key].map { $0.day == today ? $0.count : 0 } ?? 0
        beyond[key] = (today, before + instruments)
    }

    /// True once a day for each.
    mutating func isNew(_ postponement: Postponement, today: DailyAllowance.Day) -> Bool {
        if said.day != today { said = (today, []) }
        return said.of.insert(postponement).inserted
    }

    private var entriesOfADay: DailyAllowance.Amount {
        DailyAllowance.Amount(entryCount: limits.entriesPerDay, byteCount: limits.bytesPerDay)
    }
    private var recordsOfADay: DailyAllowance.Amount {
        DailyAllowance.Amount(entryCount: limits.recordsPerDay, byteCount: limits.recordBytesPerDay)
    }
}
